import { mkdtemp, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endsEarly } from './file-end.js';
import { H264, make, PICTURES, processed, TONE } from './films.fixtures.js';

let folder: string;
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'ends-'))));
afterAll(() => rm(folder, { recursive: true }));

const film = () => [...PICTURES('160x120', 4), ...TONE(4)];

const FILES: Array<[string, string, () => string[]]> = [
  ['a.mkv', 'video/matroska', () => [...film(), ...H264, '-c:a', 'aac']],
  ['a.webm', 'video/webm', () => [...film(), '-c:v', 'libvpx', '-c:a', 'libopus']],
  ['a.avi', 'video/vnd.avi', () => [...film(), '-c:v', 'mpeg4', '-c:a', 'libmp3lame']],
  ['a.ts', 'video/mp2t', () => [...film(), ...H264, '-c:a', 'aac']],
  ['a.mp4', 'video/mp4', () => [...film(), ...H264, '-c:a', 'aac', '-movflags', '+faststart']],
  ['a.flv', 'video/x-flv', () => [...film(), '-c:v', 'flv', '-c:a', 'libmp3lame', '-ar', '44100']],
  ['a.wmv', 'video/x-ms-wmv', () => [...film(), '-c:v', 'wmv2', '-c:a', 'wmav2']],
  ['a.mpg', 'video/mpeg', () => [...film(), '-c:v', 'mpeg2video', '-c:a', 'mp2']],
  ['a.mxf', 'application/mxf', () => [...film(), '-c:v', 'mpeg2video', '-c:a', 'pcm_s16le', '-ar', '48000']],
  ['a.wma', 'audio/x-ms-wma', () => [...TONE(4), '-c:a', 'wmav2']],
  ['a.aiff', 'audio/aiff', () => TONE(4)],
  ['a.au', 'audio/basic', () => TONE(4)],
  ['a.caf', 'audio/x-caf', () => [...TONE(4), '-c:a', 'pcm_s16be']],
  ['a.mp3', 'audio/mpeg', () => [...TONE(4), '-c:a', 'libmp3lame']],
  ['a.flac', 'audio/flac', () => TONE(4)],
  ['a.wav', 'audio/wav', () => TONE(4)],
  ['a.ogg', 'audio/ogg', () => [...TONE(20), '-c:a', 'libvorbis']],
  ['a.opus', 'audio/ogg', () => [...TONE(4), '-c:a', 'libopus']],
];

it.each(FILES)('%s that is cut off is shown or heard, and says that it ends too early', async (name, mime, options) => {
  const whole = await make(folder, name, options());
  expect((await processed(folder, whole, mime)).warnings).toEqual([]);
  const file = await open(whole, 'r+');
  await file.truncate(Math.floor((await stat(whole)).size * 0.62) + 1);
  await file.close();
  const { warnings, outputs } = await processed(folder, whole, mime);
  expect(warnings).toMatchObject([{ code: 'TRUNCATED' }]);
  expect(outputs.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['thumbnail', 'preview']));
});

it('takes what says nothing of its length for whole', async () => {
  const live = await make(folder, 'live.mkv', [...film(), ...H264, '-an', '-live', '1', '-f', 'matroska']);
  const input = join(folder, 'cut');
  await writeFile(input, (await readFile(live)).subarray(0, 9000));
  expect(await endsEarly(input, 'video/matroska')).toBe(false);
  await writeFile(input, 'RIFF');
  expect(await endsEarly(input, 'audio/wav')).toBe(false);
  await writeFile(input, '');
  for (const [, mime] of FILES) expect(await endsEarly(input, mime)).toBe(false);
});
