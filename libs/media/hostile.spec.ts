import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync, deflateSync, gzipSync, crc32 } from 'node:zlib';
import sharp from 'sharp';
import { tools } from './ffmpeg/films.fixtures.js';
import { processFile } from './process.js';
import { sniffFile } from './sniff.js';

const MEGABYTE = 1024 ** 2;
/** What a bomb of these tests unpacks to. */
const BOMB = 400 * MEGABYTE;
/** Bytes of memory that a bomb may cost: far less than what is in it. */
const FLAT = 150 * MEGABYTE;

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'hostile-'))));
afterEach(() => rm(folder, { recursive: true }));

const picture = () => sharp({ create: { width: 60, height: 40, channels: 3, background: '#2080c0' } });
const script = '<html><script>alert(document.domain)</script></html>';

async function sniffed(content: Buffer): Promise<string | null> {
  await writeFile(join(folder, 'original'), content);
  return (await sniffFile(join(folder, 'original')))?.mime ?? null;
}

/** What becomes of a file that has been taken for this: its outputs, or the code of its failure. */
async function outcome(content: Buffer, mime: string) {
  await writeFile(join(folder, 'original'), content);
  const limits = { maxPixels: 1_000_000 };
  const task = { mime, input: join(folder, 'original'), outputDir: folder, limits, thumbnailEdge: 16, previewEdge: 64 };
  try {
    const { outputs, warnings } = await processFile({ ...task, tools: await tools() });
    const bytes = await Promise.all(outputs.map(({ path }) => readFile(path, 'latin1')));
    return { kinds: outputs.map(({ kind }) => kind), warnings: warnings.map(({ code }) => code), bytes };
  } catch (error) {
    return { code: (error as { code?: unknown }).code };
  }
}

/** One stored or deflated file in a zip, without its directory. */
function zipped(name: string, packed: Buffer, size: number): Buffer {
  const header = Buffer.alloc(30);
  header.write('PK\x03\x04', 0, 'latin1');
  header.writeUInt16LE(8, 8);
  header.writeUInt32LE(packed.length, 18);
  header.writeUInt32LE(size, 22);
  header.writeUInt16LE(name.length, 26);
  return Buffer.concat([header, Buffer.from(name), packed]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

/** A PNG with another chunk behind its head. */
async function pngWith(type: string, data: Buffer): Promise<Buffer> {
  const whole = await picture().png().toBuffer();
  const headEnd = 8 + 25;
  return Buffer.concat([whole.subarray(0, headEnd), chunk(type, data), whole.subarray(headEnd)]);
}

describe('a file that is two things at once', () => {
  it.each([
    ['image/jpeg', () => picture().jpeg().toBuffer()],
    ['image/png', () => picture().png().toBuffer()],
    ['image/gif', () => picture().gif().toBuffer()],
    ['image/webp', () => picture().webp().toBuffer()],
  ])('%s with a page behind it is the picture, and nothing of the page gets into what is made', async (mime, make) => {
    const content = Buffer.concat([await make(), Buffer.from(script), zipped('a.txt', deflateRawSync('a'), 1)]);
    expect(await sniffed(content)).toBe(mime);
    const { kinds, bytes } = await outcome(content, mime);
    expect(kinds).toEqual(['thumbnail', 'preview']);
    for (const output of bytes ?? []) expect(output).not.toMatch(/script|PK\x03\x04/);
  });

  it('a script dressed as a GIF is no page, and no picture', async () => {
    const content = Buffer.from(`GIF89a/*${'\0'.repeat(40)}*/=1;alert(document.domain)`, 'latin1');
    expect(await sniffed(content)).not.toMatch(/html|script/);
    expect(await outcome(content, 'image/gif')).toEqual({ code: 'CORRUPT_FILE' });
  });

  it('a page with a picture behind it is no picture, and is not accepted', async () => {
    expect(await sniffed(Buffer.concat([Buffer.from(script), await picture().png().toBuffer()]))).toBeNull();
  });

  it('a PDF with a zip behind it is a PDF', async () => {
    const content = Buffer.concat([Buffer.from('%PDF-1.7\n'), zipped('a.txt', deflateRawSync('a'), 1)]);
    expect(await sniffed(content)).toBe('application/pdf');
  });
});

describe('a bomb', () => {
  const zeros = Buffer.alloc(BOMB);

  async function flat<T>(work: () => Promise<T>): Promise<T> {
    const before = process.memoryUsage.rss();
    const result = await work();
    expect(process.memoryUsage.rss() - before).toBeLessThan(FLAT);
    return result;
  }

  it('in a document is not unpacked', async () => {
    const content = zipped('word/document.xml', deflateRawSync(zeros, { level: 1 }), BOMB);
    await flat(async () => {
      const mime = await sniffed(content);
      expect(mime).toMatch(/^application\//);
      expect(await outcome(content, mime ?? '')).toEqual({ kinds: [], warnings: [], bytes: [] });
    });
  });

  it('in the pixels of a PNG ends where the picture does', async () => {
    const [head, data, end] = [Buffer.alloc(13), deflateSync(zeros, { level: 1 }), Buffer.alloc(0)];
    head.writeUInt32BE(20, 0);
    head.writeUInt32BE(20, 4);
    head.set([8, 2], 8);
    const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
    const content = Buffer.concat([signature, chunk('IHDR', head), chunk('IDAT', data), chunk('IEND', end)]);
    const { kinds } = await flat(() => outcome(content, 'image/png'));
    expect(kinds).toEqual(['thumbnail', 'preview']);
  });

  it.each([
    ['zTXt', (packed: Buffer) => Buffer.concat([Buffer.from('Raw profile type exif\0\0', 'latin1'), packed])],
    ['iTXt', (packed: Buffer) => Buffer.concat([Buffer.from('XML:com.adobe.xmp\0\x01\0\0\0', 'latin1'), packed])],
    ['iCCP', (packed: Buffer) => Buffer.concat([Buffer.from('colours\0\0', 'latin1'), packed])],
  ])('in the %s of a PNG leaves the picture as it is', async (type, dress) => {
    const content = await pngWith(type, dress(deflateSync(zeros, { level: 1 })));
    const { kinds } = await flat(() => outcome(content, 'image/png'));
    expect(kinds).toEqual(['thumbnail', 'preview']);
  });

  it('in a packed SVG is not what its name says', async () => {
    const content = gzipSync(Buffer.concat([Buffer.from('<svg xmlns="http://www.w3.org/2000/svg">'), zeros]), {
      level: 1,
    });
    expect(await flat(() => sniffed(content))).not.toBe('image/svg+xml');
  });
});

describe('a length that is not so', () => {
  it('of a WAV is said, and what is there is heard', async () => {
    const seconds = Buffer.alloc(44 + 16_000);
    seconds.write('RIFF\xff\xff\xff\x7fWAVEfmt ', 0, 'latin1');
    seconds.writeUInt32LE(16, 16);
    seconds.writeUInt16LE(1, 20);
    seconds.writeUInt16LE(1, 22);
    seconds.writeUInt32LE(8_000, 24);
    seconds.writeUInt32LE(16_000, 28);
    seconds.writeUInt16LE(2, 32);
    seconds.writeUInt16LE(16, 34);
    seconds.write('data\xff\xff\xff\x7f', 36, 'latin1');
    const { kinds, warnings } = await outcome(seconds, 'audio/wav');
    expect(kinds).toContain('thumbnail');
    expect(warnings).toContain('TRUNCATED');
  });

  it('of a GIF’s screen, larger than what is painted on it, makes nothing large', async () => {
    const gif = await picture().gif().toBuffer();
    gif.writeUInt16LE(65_535, 6);
    gif.writeUInt16LE(65_535, 8);
    const { kinds, bytes } = await outcome(gif, 'image/gif');
    expect(kinds).toEqual(['thumbnail', 'preview']);
    for (const output of bytes ?? []) expect(output.length).toBeLessThan(10_000);
  });
});
