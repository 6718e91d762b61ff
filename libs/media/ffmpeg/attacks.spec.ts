import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../../../tests/support/until.js';
import { FORMATS } from '../kinds.js';
import { make, PICTURES, processed, tools } from './films.fixtures.js';

/** Files that would make a player open other files and addresses. */

let folder: string;
let server: Server;
let asked: string[] = [];
let origin: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'attacks-'));
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true });
});
beforeEach(() => (asked = []));

const playlist = (address: string) => `#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n${address}\n#EXT-X-ENDLIST\n`;
const SECRET = 'the secret of the house';

const ATTACKS: Array<[string, (secret: string) => string]> = [
  ['a playlist of a file', (secret) => playlist(secret)],
  ['a playlist of a file address', (secret) => playlist(`file://${secret}`)],
  ['a playlist of an address', () => playlist(`${origin}/hls`)],
  ['a playlist that joins both', (secret) => playlist(`concat:${origin}/hls|file://${secret}`)],
  ['a concat script', (secret) => `ffconcat version 1.0\nfile '${secret}'\n`],
  ['a concat script of an address', () => `ffconcat version 1.0\nfile '${origin}/concat'\n`],
  [
    'a manifest',
    () =>
      `<?xml version="1.0"?><MPD><Period><AdaptationSet><BaseURL>${origin}/dash</BaseURL></AdaptationSet></Period></MPD>`,
  ],
  ['a session description', () => `v=0\nc=IN IP4 127.0.0.1\nm=video ${new URL(origin).port} RTP/AVP 96\n`],
];

const TYPES = FORMATS.filter(({ processor }) => processor === 'video' || processor === 'audio').map(({ mime }) => mime);

describe.each(ATTACKS)('%s', (_name, textOf) => {
  it.each(['video/mp4', 'video/mp2t', 'video/matroska', 'video/mpeg', 'audio/mpeg', 'audio/wav'])(
    'that says it is %s opens nothing',
    async (mime) => {
      const secret = join(folder, 'secret.ts');
      await make(folder, 'secret.ts', [
        ...PICTURES('64x64', 0.2),
        '-c:v',
        'mpeg2video',
        '-metadata',
        `title=${SECRET}`,
      ]);
      const input = join(folder, 'input');
      await writeFile(input, textOf(secret));
      const failure = await processed(folder, input, mime).catch((error: unknown) => error);
      expect(failure).toMatchObject({
        code: 'CORRUPT_FILE',
        detail: expect.stringMatching(/cannot be opened|its index/),
      });
      expect(asked).toEqual([]);
    },
  );
});

it('a film that keeps its pictures in another file does not get them', async () => {
  const film = await make(folder, 'film.mov', [...PICTURES('64x64', 0.2), '-c:v', 'mjpeg']);
  const bytes = await readFile(film);
  // The data reference says "in this file" by its flag; without it and as an alias it names another one.
  const at = bytes.indexOf('url ');
  expect(at).toBeGreaterThan(0);
  bytes.writeUInt32BE(0, at + 4);
  bytes.write('alis', at);
  const input = join(folder, 'refers.mov');
  await writeFile(input, bytes);
  await processed(folder, input, 'video/quicktime').catch((error: unknown) => error);
  expect(asked).toEqual([]);
});

it('every type that ffmpeg reads has its demuxers named', async () => {
  const input = join(folder, 'empty');
  await writeFile(input, '');
  for (const mime of TYPES)
    await expect(processed(folder, input, mime)).rejects.toMatchObject({ code: 'CORRUPT_FILE' });
});

it('leaves no ffmpeg behind when it is aborted', async () => {
  const input = await make(folder, 'long.wav', ['-f', 'lavfi', '-i', 'anullsrc=d=1700:r=8000', '-c:a', 'pcm_u8']);
  const pidFile = join(folder, 'pid');
  // Reads no faster than one listens: it is at work for half an hour.
  const ffmpeg = join(folder, 'ffmpeg');
  const here = await tools();
  await writeFile(ffmpeg, `#!/bin/sh\necho $$ > ${pidFile}\nexec ${here.ffmpeg} -re "$@"\n`, { mode: 0o755 });
  const controller = new AbortController();
  const options = { signal: controller.signal, tools: { ...here, ffmpeg } };
  const outcome = expect(processed(folder, input, 'audio/wav', options)).rejects.toThrow('enough');
  const pid = await until(
    () => readFile(pidFile, 'utf8').then(Number, () => 0), // Not there yet.
    (written) => written > 0,
  );
  expect(process.kill(pid, 0)).toBe(true);
  controller.abort(new Error('enough'));
  await outcome;
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
});
