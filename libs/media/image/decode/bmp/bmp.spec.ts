import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { colorAt, distance, distanceFromFields, fields, output, run } from '../../pictures.fixtures.js';

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'bmp-'))));
afterEach(() => rm(folder, { recursive: true }));

interface Shape {
  width: number;
  height: number;
  bits: number;
  compression?: number;
  palette?: Buffer;
  masks?: readonly number[];
}

/** A bitmap's header of 40 bytes, its masks and palette. */
function dib({ width, height, bits, compression = 0, palette = Buffer.alloc(0), masks = [] }: Shape): Buffer {
  const header = Buffer.alloc(40 + masks.length * 4);
  header.writeUInt32LE(40, 0);
  header.writeInt32LE(width, 4);
  header.writeInt32LE(height, 8);
  header.writeUInt16LE(1, 12);
  header.writeUInt16LE(bits, 14);
  header.writeUInt32LE(compression, 16);
  header.writeUInt32LE(palette.length / 4, 32);
  for (const [index, mask] of masks.entries()) header.writeUInt32LE(mask, 40 + index * 4);
  return Buffer.concat([header, palette]);
}

function bmp(shape: Shape, pixels: Buffer): Buffer {
  const header = dib(shape);
  const file = Buffer.alloc(14);
  file.write('BM', 'latin1');
  file.writeUInt32LE(14 + header.length + pixels.length, 2);
  file.writeUInt32LE(14 + header.length, 10);
  return Buffer.concat([file, header, pixels]);
}

/** `fields()` as a bitmap stores it: from the bottom, blue first, rows padded to four bytes. */
async function storedFields(width: number, height: number, bytes: 3 | 4, fromTop = false): Promise<Buffer> {
  const rgb = await fields(width, height).removeAlpha().raw().toBuffer();
  const stride = Math.ceil((width * bytes) / 4) * 4;
  const stored = Buffer.alloc(stride * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const [red = 0, green = 0, blue = 0] = rgb.subarray((y * width + x) * 3);
      stored.set([blue, green, red], (fromTop ? y : height - 1 - y) * stride + x * bytes);
    }
  return stored;
}

const RED_AND_BLUE = Buffer.from([0, 0, 255, 0, 255, 0, 0, 0]);

describe('bitmaps', () => {
  it.each([
    ['24 bits', 24, false],
    ['32 bits, whose fourth byte says nothing', 32, false],
    ['24 bits, from the top', 24, true],
  ])('are shown at %s', async (_what, bits, fromTop) => {
    const [width, height] = [602, 400];
    const pixels = await storedFields(width, height, bits === 24 ? 3 : 4, fromTop);
    const result = await run(folder, bmp({ width, height: fromTop ? -height : height, bits }, pixels));
    expect(result.facts).toMatchObject({ format: 'bmp', mime: 'image/bmp', width, height, hasAlpha: false });
    expect(result.warnings).toEqual([]);
    for (const { path } of result.outputs) expect(await distanceFromFields(path)).toBeLessThan(25);
    expect((await readdir(folder)).toSorted()).toEqual(['original', 'preview.webp', 'thumbnail.webp']);
  });

  it('have opacity where a mask says so', async () => {
    const pixels = Buffer.alloc(40 * 40 * 4).fill(Buffer.from([0x10, 0x80, 0xf0, 0x80]));
    const masks = [0xff0000, 0xff00, 0xff, 0xff000000];
    const result = await run(folder, bmp({ width: 40, height: 40, bits: 32, compression: 6, masks }, pixels));
    expect(result.facts.hasAlpha).toBe(true);
    expect(distance(await colorAt(output(result, 'preview').path), [0xf0, 0x80, 0x10, 0x80])).toBeLessThan(6);
  });

  it('are read by their palette, and by runs', async () => {
    const packed = Buffer.alloc(40 * 8).fill(Buffer.from([0x0f, 0xff, 0xff, 0xff, 0xff, 0, 0, 0]));
    const plain = await run(folder, bmp({ width: 40, height: 40, bits: 1, palette: RED_AND_BLUE }, packed));
    expect(distance(await colorAt(output(plain, 'preview').path, { x: 0.05, y: 0.5 }), [255, 0, 0])).toBeLessThan(25);
    const rows = Array.from({ length: 40 }, () => Buffer.from([20, 0, 20, 1, 0, 0]));
    const runs = Buffer.concat([...rows, Buffer.from([0, 1])]);
    const shape = { width: 40, height: 40, bits: 8, compression: 1, palette: RED_AND_BLUE };
    const result = await run(folder, bmp(shape, runs));
    expect(result.warnings).toEqual([]);
    expect(distance(await colorAt(output(result, 'preview').path, { x: 0.2, y: 0.5 }), [255, 0, 0])).toBeLessThan(9);
    expect(distance(await colorAt(output(result, 'preview').path, { x: 0.8, y: 0.5 }), [0, 0, 255])).toBeLessThan(9);
    expect((await run(folder, bmp(shape, runs.subarray(0, 100)))).warnings).toMatchObject([{ code: 'TRUNCATED' }]);
  });

  it('are shown as far as they go', async () => {
    const whole = bmp({ width: 200, height: 100, bits: 24 }, await storedFields(200, 100, 3));
    const result = await run(folder, whole.subarray(0, whole.length / 2));
    expect(result.warnings).toMatchObject([{ code: 'TRUNCATED' }]);
  });

  it.each<[string, Buffer, string]>([
    ['a bomb', bmp({ width: 100_000, height: 100_000, bits: 1 }, Buffer.alloc(100)), 'PIXEL_LIMIT_EXCEEDED'],
    ['a negative width', bmp({ width: -5, height: 5, bits: 24 }, Buffer.alloc(100)), 'CORRUPT_FILE'],
    ['no pixels at all', bmp({ width: 10, height: 10, bits: 24 }, Buffer.alloc(0)), 'CORRUPT_FILE'],
    ['a depth that there is not', bmp({ width: 10, height: 10, bits: 7 }, Buffer.alloc(100)), 'UNSUPPORTED_FORMAT'],
    ['a JPEG inside', bmp({ width: 9, height: 9, bits: 24, compression: 4 }, Buffer.alloc(99)), 'UNSUPPORTED_FORMAT'],
  ])('are refused with %s', async (_what, bytes, code) => {
    await expect(run(folder, bytes)).rejects.toMatchObject({ name: 'MediaFailure', code, permanent: true });
  });
});

describe('icons', () => {
  /** @param pictures with their stated edge */
  function ico(pictures: ReadonlyArray<{ edge: number; data: Buffer }>): Buffer {
    const head = Buffer.alloc(6 + pictures.length * 16);
    head.set([0, 0, 1, 0, pictures.length, 0]);
    let end = head.length;
    for (const [index, { edge, data }] of pictures.entries()) {
      const at = 6 + index * 16;
      head.set([edge % 256, edge % 256, 0, 0, 1, 0, 32, 0], at);
      head.writeUInt32LE(data.length, at + 8);
      head.writeUInt32LE(end, at + 12);
      end += data.length;
    }
    return Buffer.concat([head, ...pictures.map(({ data }) => data)]);
  }

  /** A bitmap of 24 bits, of which the mask hides the upper half. */
  async function masked(edge: number): Promise<Buffer> {
    const mask = Buffer.alloc((Math.ceil(edge / 32) * 4 * edge) / 2);
    const pixels = await storedFields(edge, edge, 3);
    return Buffer.concat([
      dib({ width: edge, height: edge * 2, bits: 24 }),
      pixels,
      mask,
      Buffer.alloc(mask.length, 255),
    ]);
  }

  it('show their largest picture, a PNG', async () => {
    const small = await masked(32);
    const png = await fields(256, 256).png().toBuffer();
    const result = await run(
      folder,
      ico([
        { edge: 32, data: small },
        { edge: 256, data: png },
      ]),
    );
    expect(result.facts).toMatchObject({ format: 'ico', width: 256, height: 256, pages: 2 });
    expect(await distanceFromFields(output(result, 'preview').path)).toBeLessThan(25);
  });

  it('show their largest picture, a bitmap with a mask', async () => {
    const result = await run(folder, ico([{ edge: 64, data: await masked(64) }]));
    expect(result.facts).toMatchObject({ width: 64, height: 64, hasAlpha: true, pages: 1 });
    const { path } = output(result, 'preview');
    expect((await colorAt(path, { x: 0.25, y: 0.25 }))[3]).toBe(0);
    expect(distance(await colorAt(path, { x: 0.25, y: 0.75 }), [0, 0, 255, 255])).toBeLessThan(25);
  });

  it('show the next when the largest is broken', async () => {
    const broken = dib({ width: 128, height: 256, bits: 32 });
    const result = await run(
      folder,
      ico([
        { edge: 128, data: broken },
        { edge: 32, data: await masked(32) },
      ]),
    );
    expect(result.facts).toMatchObject({ width: 32, height: 32 });
  });

  it('are refused with nothing in them', async () => {
    await expect(run(folder, ico([{ edge: 16, data: Buffer.alloc(8) }]))).rejects.toMatchObject({
      code: 'CORRUPT_FILE',
    });
  });
});
