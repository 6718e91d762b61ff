import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import sharp from 'sharp';
import { photo } from '../pictures.fixtures.js';
import { processImage } from '../process-image.js';

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'svg-'))));
afterEach(() => rm(folder, { recursive: true }));

const SVG = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"';
const svg = (body: string, size = 'width="100" height="50"') => `<svg ${SVG} ${size}>${body}</svg>`;
const RED = '<rect width="100%" height="100%" fill="red"/>';

async function run(text: string | Buffer) {
  const input = join(folder, 'original');
  await writeFile(input, text);
  const limits = { maxPixels: 1_000_000 };
  return processImage({ input, outputDir: folder, limits, thumbnailEdge: 320, previewEdge: 1440 });
}

/** Whether nothing at all was drawn. */
async function isBlank(text: string): Promise<boolean> {
  const preview = (await run(text)).outputs.find(({ kind }) => kind === 'preview');
  const { channels } = await sharp(preview?.path).stats();
  return channels.every(({ stdev }) => stdev === 0);
}

describe('SVG', () => {
  it('is drawn when it is packed, unless it unpacks to more than is read', async () => {
    const { facts } = await run(gzipSync(svg(RED)));
    expect(facts).toMatchObject({ format: 'svg', width: 100, height: 50, dominantColor: '#ff0000' });
    const bomb = gzipSync(svg(`<!--${' '.repeat(11 * 1024 ** 2)}-->`));
    expect(bomb.length).toBeLessThan(20_000);
    await expect(run(bomb)).rejects.toMatchObject({ code: 'INPUT_TOO_LARGE' });
    await expect(run(gzipSync(svg(RED)).subarray(0, -20))).rejects.toMatchObject({ code: 'CORRUPT_FILE' });
  });

  it('is drawn at the size of the outputs, whatever its own', async () => {
    for (const size of ['width="100" height="50"', 'viewBox="0 0 20 10"', 'width="1000000" height="500000"']) {
      const { facts, outputs } = await run(svg(RED, size));
      expect(facts).toMatchObject({ format: 'svg', mime: 'image/svg+xml', dominantColor: '#ff0000' });
      expect(outputs.map(({ width, height }) => [width, height])).toEqual([
        [320, 160],
        [1440, 720],
      ]);
    }
    expect((await run(svg(RED))).facts).toMatchObject({ width: 100, height: 50 });
  });

  it.each(['utf-16le', 'utf-16be'])('is read in %s', async (encoding) => {
    const text = Buffer.from(`\ufeff<?xml version="1.0" encoding="UTF-16"?>${svg(RED)}`, 'utf16le');
    const bytes = encoding === 'utf-16le' ? text : text.swap16();
    expect((await run(bytes)).facts).toMatchObject({ format: 'svg', width: 100, dominantColor: '#ff0000' });
  });

  it('is read with a prolog, comments and entities of its own', async () => {
    const doctype = '<!DOCTYPE svg [<!ENTITY color "red">]>';
    const text = `<?xml version="1.0"?>\n<!-- ${'made by '.repeat(300)} -->\n${doctype}\n${svg(RED.replace('red', '&color;'))}`;
    expect((await run(text)).facts.dominantColor).toBe('#ff0000');
  });

  describe('draws nothing from outside of itself', () => {
    beforeEach(async () => {
      await photo(40, 40).png().toFile(join(folder, 'secret.png'));
      await writeFile(join(folder, 'secret.css'), '.x { fill: red }');
      await writeFile(join(folder, 'secret.txt'), 'SECRET');
      await writeFile(join(folder, 'secret.svg'), svg(`<g id="x">${RED}</g>`));
    });

    it('while pictures inside of it are drawn', async () => {
      const data = (await sharp(join(folder, 'secret.png')).toBuffer()).toString('base64');
      expect(await isBlank(svg(`<image href="data:image/png;base64,${data}" width="100" height="50"/>`))).toBe(false);
    });

    it.each([
      ['a file beside it', () => '<image href="secret.png" width="100" height="50"/>'],
      ['a file by its path', () => `<image xlink:href="${folder}/secret.png" width="100" height="50"/>`],
      ['a file by its URL', () => `<image xlink:href="file://${folder}/secret.png" width="100" height="50"/>`],
      ['an element of another file', () => '<use xlink:href="secret.svg#x"/>'],
      [
        'text of another file',
        () =>
          '<text y="40"><xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="secret.txt" parse="text"/></text>',
      ],
      [
        'a style sheet',
        () => '<style>@import "secret.css";</style><rect class="x" width="50" height="50" fill="none"/>',
      ],
    ])('not %s', async (_what, body) => {
      expect(await isBlank(svg(body()))).toBe(true);
    });

    it('not an entity that is a file', async () => {
      const doctype = `<!DOCTYPE svg [<!ENTITY secret SYSTEM "file://${folder}/secret.txt">]>`;
      const drawn = isBlank(doctype + svg('<text y="40" font-size="30">&secret;</text>'));
      expect(await drawn.catch((error: unknown) => error)).toMatchObject({ code: 'CORRUPT_FILE' });
    });

    it('not anything from the network', async () => {
      const asked: (string | undefined)[] = [];
      const server = createServer((request, response) => {
        asked.push(request.url);
        response.end();
      }).listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      const url = `http://127.0.0.1:${port}`;
      try {
        const body = `<style>@import url("${url}/css");</style><image href="${url}/image" width="9" height="9"/><use xlink:href="${url}/use#x"/>`;
        expect(await isBlank(`<!DOCTYPE svg SYSTEM "${url}/dtd">${svg(body)}`)).toBe(true);
        expect(asked).toEqual([]);
        await fetch(`${url}/sound`);
        expect(asked).toEqual(['/sound']);
      } finally {
        server.close();
      }
    });
  });

  it.each([
    [
      'a billion laughs',
      () => {
        const levels = 'a b c d e f g h i j k'
          .split(' ')
          .map((name, index, all) => `<!ENTITY ${name} "${index ? `&${all[index - 1]};`.repeat(10) : '<g/>'}">`);
        return `<!DOCTYPE svg [${levels.join('')}]>${svg('&k;')}`;
      },
    ],
    ['nesting without end', () => svg('<g>'.repeat(100_000))],
    ['what only begins like it', () => `<svg ${SVG}><rect`],
    ['no area', () => svg(RED, 'width="0" height="0"')],
  ])('refuses %s', async (_what, make) => {
    await expect(run(make())).rejects.toMatchObject({
      ...{ name: 'MediaFailure', code: 'CORRUPT_FILE' },
      message: expect.stringContaining('no SVG that can be shown'),
    });
  });

  it('refuses more than 10 MB', async () => {
    await expect(run(svg(RED + ' '.repeat(11_000_000)))).rejects.toMatchObject({ code: 'INPUT_TOO_LARGE' });
  });
});
