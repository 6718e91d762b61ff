import { once } from 'node:events';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { processed } from '../ffmpeg/films.fixtures.js';
import { colorAt, output } from '../image/pictures.fixtures.js';
import type { ProcessResult } from '../result.js';
import { encryptedPdf, pdf, writePdf, type PageOptions } from './pdfs.fixtures.js';

let folder: string;
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'pdf-'))));
afterAll(() => rm(folder, { recursive: true }));

async function processBytes(bytes: Buffer): Promise<ProcessResult> {
  const input = join(folder, 'input.pdf');
  await writeFile(input, bytes);
  return processed(folder, input, 'application/pdf');
}

it('shows the first page, and says how many there are and what it is called', async () => {
  const result = await processBytes(pdf({ pages: 3, title: '(Ein \\(kleiner\\) Bericht)' }));
  expect(result.facts).toMatchObject({
    ...{ mime: 'application/pdf', width: 612, height: 792, pages: 3, title: 'Ein (kleiner) Bericht' },
    ...{ thumbhash: expect.any(String), dominantColor: expect.stringMatching(/^#/) },
  });
  expect(output(result, 'preview')).toMatchObject({ width: 1113, height: 1440, mime: 'image/webp' });
  expect(output(result, 'thumbnail')).toMatchObject({ width: 247, height: 320 });
  const [red, , blue] = await colorAt(output(result, 'preview').path, { x: 0.5, y: 0.25 });
  expect(red).toBeGreaterThan(240);
  expect(blue).toBeLessThan(20);
  expect((await colorAt(output(result, 'preview').path, { x: 0.5, y: 0.75 }))[2]).toBeGreaterThan(240);
});

it('reads titles in UTF-16 and leaves out what no database takes', async () => {
  const { facts } = await processBytes(pdf({ title: '<FEFF005300FC00DF00000041D800>' }));
  expect(facts.title).toBe('Süß A\ufffd');
});

it('turns a page that is to be turned', async () => {
  const result = await processBytes(pdf({ page: '/Rotate 90' }));
  expect(output(result, 'preview')).toMatchObject({ width: 1440, height: 1113 });
  // What was at the top is at the right.
  expect((await colorAt(output(result, 'preview').path, { x: 0.75, y: 0.5 }))[0]).toBeGreaterThan(240);
});

it.each<[string, [number, number]]>([
  ['a huge page', [14_400, 14_400]],
  ['a page larger than any', [3e7, 2e7]],
  ['a strip', [14_400, 1]],
  ['a stamp', [3, 3]],
])('draws %s no larger than any other', async (_name, size) => {
  const preview = output(await processBytes(pdf({ size })), 'preview');
  const { width, height } = await sharp(preview.path).metadata();
  expect(Math.max(width, height)).toBe(1440);
});

it('keeps one that asks for a password, with a warning and without a picture', async () => {
  const { outputs, warnings } = await processBytes(encryptedPdf());
  expect(outputs).toEqual([]);
  expect(warnings).toEqual([{ code: 'ENCRYPTED', detail: expect.stringContaining('password') }]);
});

it('keeps one that is too large for memory, with a warning', async () => {
  const input = join(folder, 'large.pdf');
  await writeFile(input, pdf());
  await truncate(input, 400 * 1024 ** 2);
  expect((await processed(folder, input, 'application/pdf')).warnings).toMatchObject([{ code: 'NO_PICTURE' }]);
});

it('shows one whose table of objects is broken, as browsers do', async () => {
  const whole = pdf().toString('latin1');
  const broken = whole.replace(/^\d{10} 00000 n/gm, '9999999999 00000 n');
  for (const text of [broken, whole.replace(/startxref\n\d+/, 'startxref\n7')])
    expect((await processBytes(Buffer.from(text, 'latin1'))).outputs).toHaveLength(2);
});

it.each([
  ['no pages', pdf({ pages: 0 })],
  ['only a header', Buffer.from('%PDF-1.7\n')],
  ['noise behind its header', Buffer.concat([Buffer.from('%PDF-1.4\n'), Buffer.alloc(9000, 'x\0yz')])],
  ['nothing at all', Buffer.alloc(0)],
  ['pages that are their own parents', writePdf({ objects: ['<</Type/Catalog/Pages 1 0 R/Kids[1 0 R]/Count 9>>'] })],
])('refuses one with %s, and says so', async (_name, bytes) => {
  await expect(processBytes(bytes)).rejects.toMatchObject({
    code: 'CORRUPT_FILE',
    permanent: true,
    detail: expect.stringMatching(/^The PDF .*\.$/),
  });
});

it('is shown or refused wherever it is cut off', async () => {
  const whole = pdf({ pages: 2, title: '(x)' });
  for (let tenths = 1; tenths < 10; tenths++) {
    const outcome: unknown = await processBytes(whole.subarray(0, (whole.length * tenths) / 10)).catch(
      (error: unknown) => error,
    );
    if (outcome instanceof Error) expect(outcome).toMatchObject({ code: 'CORRUPT_FILE' });
    else expect(outcome).toMatchObject({ outputs: [{ kind: 'thumbnail' }, { kind: 'preview' }] });
  }
});

describe('a PDF that would do something', () => {
  let server: Server;
  let origin: string;
  let asked = 0;
  beforeAll(async () => {
    server = createServer((_request, response) => {
      asked++;
      response.end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => void server.close());

  const script = () => `app.launchURL("${origin}/js"); this.submitForm("${origin}/form"); while (true) {}`;
  const form = (spec: string) =>
    `<< /Type /XObject /Subtype /Form /BBox [0 0 100 100] /Length 0 /F ${spec} >>\nstream\n\nendstream`;

  it.each<[string, () => PageOptions]>([
    ['script that runs when it is opened', () => ({ catalogue: `/OpenAction << /S /JavaScript /JS (${script()}) >>` })],
    ['an address that is opened', () => ({ catalogue: `/OpenAction << /S /URI /URI (${origin}/uri) >>` })],
    ['a program that is started', () => ({ page: '/AA << /O << /S /Launch /F (/bin/sh) >> >>' })],
    [
      'a stream in another place',
      () => ({
        page: '/Resources << /XObject << /X 6 0 R /Y 7 0 R >> >>',
        content: '/X Do /Y Do',
        more: [form(`<< /FS /URL /F (${origin}/stream) >>`), form('(/etc/passwd)')],
      }),
    ],
  ])('with %s is drawn and does not', async (_name, options) => {
    expect((await processBytes(pdf(options()))).outputs).toHaveLength(2);
    expect(asked).toBe(0);
  });
});
