import { existsSync } from 'node:fs';
import { mkdtemp, mkdir, readFile, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { avFacts, filmOf, soundOf } from '../../ffmpeg/facts.js';
import { H264, make, PICTURES, TONE, tools } from '../../ffmpeg/films.fixtures.js';
import { durationOf, probe } from '../../ffmpeg/probe.js';
import { run } from '../../ffmpeg/run.js';
import { filmFacts } from '../facts.js';
import { codecsOf } from '../hls/codecs.js';
import { bandwidthOf, parseMediaPlaylist } from '../hls/media-playlist.js';
import { folderOf } from './command.js';
import { encoderMemory, makeLadder } from './make-ladder.js';
import { planRuns, type LadderSource } from './plan.js';
import { ladderOf } from './rungs.js';
import { fitsAsItIs } from './stream-copy.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ladder-'));
});
afterAll(() => rm(folder, { recursive: true }));

let runs = 0;

/** Makes all streams of a file, in a folder of their own, which is returned with the source. */
async function streamed(input: string, mime = 'video/mp4') {
  const outputDir = join(folder, `run-${runs++}`);
  await mkdir(outputDir);
  const here = await tools();
  const task = { input, mime, outputDir };
  const probed = await probe(here.ffprobe, { ...task, limits: { maxPixels: 100_000_000 } });
  const stream = filmOf(probed);
  const facts = stream && filmFacts(stream);
  const film = stream && facts ? { stream, facts } : null;
  const { bitrate } = avFacts(probed);
  const top = film && ladderOf({ ...film.facts, bitrate }).at(-1);
  const topFits = film && top ? await fitsAsItIs(here, task, film, top, bitrate) : false;
  const seconds = durationOf(probed) ?? null;
  const source: LadderSource = { film, sound: soundOf(probed) ?? null, seconds, bitrate, topFits, toneMapping: null };
  const planned = planRuns(source, new Set());
  for (const ladder of planned)
    await makeLadder({ ...task, ladder, tools: here, preset: 'superfast', timeoutMs: 250_000 });
  return { outputDir, topFits, planned };
}

/** Presentation times of the key frames of a stream, and the codec, of its segments joined. */
async function inspect(outputDir: string, kind: string) {
  const { ffprobe } = await tools();
  const at = join(outputDir, folderOf(kind));
  const playlist = parseMediaPlaylist(await readFile(join(at, 'playlist.m3u8'), 'utf8'));
  const args = [
    '-loglevel',
    'error',
    '-print_format',
    'json',
    '-show_packets',
    '-show_streams',
    join(at, 'playlist.m3u8'),
  ];
  const { stdout } = await run(ffprobe, args, { cwd: at, timeoutMs: 100_000 });
  const { packets, streams } = JSON.parse(stdout) as {
    packets: { pts_time: string; flags: string }[];
    streams: { width: number; height: number; profile: string; level: number; avg_frame_rate: string }[];
  };
  const times = packets.map(({ pts_time }) => Number(pts_time));
  const keys = packets.flatMap(({ pts_time, flags }) => (flags.startsWith('K') ? [Number(pts_time)] : []));
  const sizes = await Promise.all(
    playlist.segments.map(async ({ uri }) => [uri, (await stat(join(at, uri))).size] as const),
  );
  const init = await readFile(join(at, playlist.init ?? 'none'));
  return {
    playlist,
    first: Math.min(...times),
    keys,
    stream: streams[0],
    codecs: codecsOf(init),
    bandwidth: bandwidthOf(playlist, new Map(sizes)),
  };
}

it.each([
  ['25', 25],
  ['24000/1001', 23.976],
  ['60', 60],
])('cuts all renditions of %s frames a second at the same key frames', async (rate, expected) => {
  const input = await make(folder, `film-${runs}.mp4`, [
    ...[
      '-f',
      'lavfi',
      '-i',
      `testsrc2=s=854x480:d=9:r=${rate}`,
      ...TONE(9),
      ...H264,
      '-g',
      '1000',
      '-c:a',
      'mp3',
      '-shortest',
    ],
  ]);
  const { outputDir, topFits, planned } = await streamed(input);
  expect(topFits).toBe(false);
  expect(planned).toHaveLength(1);
  const [low, high, sound] = await Promise.all(
    ['hls-360p', 'hls-480p', 'hls-audio'].map((kind) => inspect(outputDir, kind)),
  );
  expect(high?.keys).toEqual(low?.keys);
  expect(low?.keys).toHaveLength(3);
  for (const [index, time] of (low?.keys ?? []).entries()) {
    expect(time).toBeGreaterThanOrEqual(index * 4 - 0.001);
    expect(time).toBeLessThan(index * 4 + 1 / expected);
  }
  expect([low?.first, sound?.first].map((time) => Math.abs(time ?? 9) < 0.05)).toEqual([true, true]);
  for (const one of [low, high, sound]) {
    expect(one?.playlist).toMatchObject({ init: 'init.mp4', isComplete: true });
    expect(Math.max(...(one?.playlist.segments.map(({ seconds }) => seconds) ?? []))).toBeLessThan(4.5);
  }
  expect(low?.stream).toMatchObject({ width: 640, height: 360, profile: 'High', sample_aspect_ratio: '1:1' });
  expect(low?.codecs).toBe(`avc1.6400${low?.stream?.level.toString(16)}`);
  expect(sound?.codecs).toBe('mp4a.40.2');
  expect(low?.bandwidth.peak).toBeGreaterThanOrEqual(low?.bandwidth.average ?? 0);
  const sheet = await sharp(join(outputDir, 'storyboard.jpg')).metadata();
  expect(sheet).toMatchObject({ width: 1440, height: 90 });
  const moving = await sharp(join(outputDir, 'animated-preview.webp')).metadata();
  expect(moving.pages).toBeGreaterThan(10);
  expect(moving.width).toBe(320);
});

it('takes the stream as it is where its key frames begin the segments', async () => {
  const input = await make(folder, 'fits.mp4', [
    ...['-f', 'lavfi', '-i', 'testsrc2=s=640x360:d=9:r=25', ...TONE(9), ...H264, '-b:v', '500k', '-g', '50'],
    ...['-sc_threshold', '0', '-c:a', 'aac'],
  ]);
  const { outputDir, topFits } = await streamed(input);
  expect(topFits).toBe(true);
  const { keys, playlist, codecs } = await inspect(outputDir, 'hls-360p');
  expect(playlist.segments.map(({ seconds }) => Math.round(seconds))).toEqual([4, 4, 1]);
  expect(keys.slice(0, 3).map(Math.round)).toEqual([0, 2, 4]);
  expect(codecs).toMatch(/^avc1\.42/);
});

it('turns a film that lies on its side, and shows a small one as it is', async () => {
  const lying = await make(folder, 'lying.mp4', [...PICTURES('320x240', 1), ...H264]);
  const turned = join(folder, 'turned.mp4');
  const { ffmpeg } = await tools();
  await run(ffmpeg, ['-display_rotation', '90', '-i', lying, '-c', 'copy', turned], {
    cwd: folder,
    timeoutMs: 100_000,
  });
  const { outputDir } = await streamed(turned);
  expect((await inspect(outputDir, 'hls-240p')).stream).toMatchObject({ width: 240, height: 320 });
});

it.each([
  [
    '1x1',
    ['-f', 'lavfi', '-i', 'testsrc2=s=2x2:d=1', '-vf', 'format=gbrp,crop=1:1', '-c:v', 'ffv1', '-f', 'matroska'],
    'hls-2p',
  ],
  [
    'a thousand frames a second',
    ['-f', 'lavfi', '-i', 'testsrc2=s=64x64:d=1:r=1000', '-c:v', 'ffv1', '-f', 'matroska'],
    'hls-64p',
  ],
  [
    'a tenth of a second',
    ['-f', 'lavfi', '-i', 'testsrc2=s=64x64:d=0.1:r=25', '-c:v', 'ffv1', '-f', 'matroska'],
    'hls-64p',
  ],
])('makes a stream of %s', async (_what, args, kind) => {
  const { outputDir } = await streamed(await make(folder, `odd-${runs}.mkv`, args), 'video/matroska');
  const { playlist, stream } = await inspect(outputDir, kind);
  expect(playlist.segments).toHaveLength(1);
  expect(
    Number(stream?.avg_frame_rate.split('/')[0]) / Number(stream?.avg_frame_rate.split('/')[1]),
  ).toBeLessThanOrEqual(61);
});

it('may take memory by the sizes that it makes', () => {
  const memory = (edge: number) => encoderMemory({ rungs: ladderOf({ width: (edge * 16) / 9, height: edge }) });
  expect(memory(480)).toBeLessThan(0.5 * 1024 ** 3);
  // Six sizes up to 3840x2160 took 3.9 GB.
  expect(memory(2160)).toBeGreaterThan(6 * 1024 ** 3);
  expect(memory(16_000)).toBe(memory(2160));
});

it('has a stream of sound alone', async () => {
  const { outputDir } = await streamed(
    await make(folder, 'song.mp3', [...TONE(6), '-c:a', 'libmp3lame']),
    'audio/mpeg',
  );
  expect((await readdir(outputDir)).sort()).toEqual(['audio', 'progress.txt']);
  expect((await inspect(outputDir, 'hls-audio')).playlist.segments).toHaveLength(2);
  expect(existsSync(join(outputDir, 'audio', 'init.mp4'))).toBe(true);
});
