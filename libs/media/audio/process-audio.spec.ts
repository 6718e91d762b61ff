import { mkdtemp, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { H264, make, PICTURES, processed, TONE } from '../ffmpeg/films.fixtures.js';
import { colorAt, output } from '../image/pictures.fixtures.js';
import type { ProcessResult } from '../result.js';

let folder: string;
let cover: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'audio-'));
  cover = join(folder, 'cover.jpg');
  await sharp({ create: { width: 500, height: 500, channels: 3, background: '#f80' } })
    .jpeg()
    .toFile(cover);
});
afterAll(() => rm(folder, { recursive: true }));

interface WaveformFile {
  sample_rate: number;
  samples_per_pixel: number;
  length: number;
  data: number[];
}

async function waveformOf({ outputs }: ProcessResult): Promise<WaveformFile> {
  const found = outputs.find(({ kind }) => kind === 'waveform');
  if (!found) throw new Error('no waveform');
  const bytes = await readFile(found.path);
  expect(bytes.length).toBe(found.size);
  return JSON.parse(bytes.toString()) as WaveformFile;
}

/** LUFS: an eighth of full scale is -18.1 dB, a sine's mean 3 dB less, and R128 weighs 440 Hz by -0.6. */
const LOUDNESS_OF_TONE = -21.7;
/** AMR models a voice, at a twelfth of the bits: of a pure tone it keeps half. */
const LOUDNESS: Readonly<Record<string, number>> = { amr_nb: -26.6 };

describe('containers and codecs', () => {
  it.each([
    ['a.mp3', 'audio/mpeg', ['-c:a', 'libmp3lame'], 'mp3'],
    ['a.m4a', 'audio/mp4', ['-c:a', 'aac'], 'aac'],
    ['alac.m4a', 'audio/mp4', ['-c:a', 'alac'], 'alac'],
    ['a.aac', 'audio/aac', ['-c:a', 'aac'], 'aac'],
    ['a.flac', 'audio/flac', [], 'flac'],
    ['a.wav', 'audio/wav', [], 'pcm_s16le'],
    ['24.wav', 'audio/wav', ['-c:a', 'pcm_s24le'], 'pcm_s24le'],
    ['a.ogg', 'audio/ogg', ['-c:a', 'libvorbis'], 'vorbis'],
    ['a.opus', 'audio/ogg', ['-c:a', 'libopus'], 'opus'],
    ['a.weba', 'audio/webm', ['-c:a', 'libopus', '-f', 'webm'], 'opus'],
    ['a.mka', 'audio/matroska', ['-c:a', 'flac'], 'flac'],
    ['a.wma', 'audio/x-ms-wma', ['-c:a', 'wmav2'], 'wmav2'],
    ['a.aiff', 'audio/aiff', [], 'pcm_s16be'],
    ['a.au', 'audio/basic', [], 'pcm_s16be'],
    ['a.amr', 'audio/amr', ['-ar', '8000', '-c:a', 'libopencore_amrnb'], 'amr_nb'],
    ['a.3ga', 'audio/3gpp', ['-c:a', 'aac', '-f', '3gp'], 'aac'],
  ])('hears %s', async (name, mime, codec, audioCodec) => {
    const result = await processed(folder, await make(folder, name, [...TONE(), ...codec]), mime);
    expect(result.warnings).toEqual([]);
    expect(result.facts).toMatchObject({ mime, audioCodec, hasAudio: true, channels: 1 });
    expect(Math.abs((result.facts.durationMs ?? 0) - 2000)).toBeLessThan(150);
    expect(Math.abs((result.facts.loudness ?? 0) - (LOUDNESS[audioCodec] ?? LOUDNESS_OF_TONE))).toBeLessThan(0.7);
    expect(result.outputs.map(({ kind }) => kind)).toEqual(['thumbnail', 'preview', 'waveform', 'waveform-image']);
    const { data, length, samples_per_pixel, sample_rate } = await waveformOf(result);
    expect(data).toHaveLength(2 * length);
    expect(Math.abs((length * samples_per_pixel) / sample_rate - 2)).toBeLessThan(0.15);
    const middle = data.slice(length - 200, length + 200);
    expect(Math.max(...middle)).toBeGreaterThan(10);
    expect(Math.max(...middle)).toBeLessThan(22);
    expect(Math.min(...middle)).toBeLessThan(-10);
  });
});

describe('the waveform', () => {
  it('shows where it is loud and where it is silent', async () => {
    const loud = ['-af', "volume=8:enable='lt(t,5)',volume=0:enable='gte(t,5)'"];
    const result = await processed(folder, await make(folder, 'half.wav', [...TONE(10), ...loud]), 'audio/wav');
    const { data, length } = await waveformOf(result);
    expect(length).toBeGreaterThanOrEqual(800);
    expect(length).toBeLessThan(1600);
    const [first, last] = [data.slice(0, length - 20), data.slice(length + 20)];
    expect([Math.max(...first), Math.min(...first)]).toEqual([expect.closeTo(127, -1), expect.closeTo(-127, -1)]);
    expect([Math.max(...last), Math.min(...last)]).toEqual([0, 0]);
    const image = output(result, 'waveform-image');
    expect(image).toMatchObject({ mime: 'image/png', width: 1800, height: 450 });
    expect(await sharp(image.path).metadata()).toMatchObject({ format: 'png', width: 1800, height: 450 });
    expect((await colorAt(image.path, { x: 0.25, y: 0.2 }))[0]).toBeLessThan(100);
    const drawing = output(result, 'preview');
    expect(drawing).toMatchObject({ width: 1440, height: 360 });
    expect((await colorAt(drawing.path, { x: 0.25, y: 0.2 }))[0]).toBeLessThan(100);
    expect((await colorAt(drawing.path, { x: 0.75, y: 0.2 }))[0]).toBeGreaterThan(200);
  });

  it('of silence is flat, and has no loudness', async () => {
    const silence = ['-f', 'lavfi', '-i', 'anullsrc=d=1:r=44100'];
    const result = await processed(folder, await make(folder, 'silence.flac', silence), 'audio/flac');
    expect(new Set((await waveformOf(result)).data)).toEqual(new Set([0]));
    expect(result.facts).not.toHaveProperty('loudness');
  });

  it('of a click of a few samples is there', async () => {
    const click = ['-f', 'lavfi', '-i', 'sine=d=0.002:r=8000'];
    const result = await processed(folder, await make(folder, 'click.wav', click), 'audio/wav');
    expect(await waveformOf(result)).toMatchObject({ length: 16, samples_per_pixel: 1 });
  });
});

describe('tags and cover', () => {
  const TAGS = {
    title: 'Das Lied',
    artist: 'Wir',
    album: 'Alles',
    genre: 'Chanson',
    track: '3/12',
    date: '1998-04-01',
  };
  const metadata = Object.entries(TAGS).flatMap(([name, value]) => ['-metadata', `${name}=${value}`]);
  const facts = { title: 'Das Lied', artist: 'Wir', album: 'Alles', genre: 'Chanson', track: 3, year: 1998 };
  const withCover = () => [
    '-i',
    cover,
    '-map',
    '0:a',
    '-map',
    '1:v',
    '-c:v',
    'copy',
    '-disposition:v:0',
    'attached_pic',
  ];

  it.each([
    ['tags.mp3', 'audio/mpeg', ['-c:a', 'libmp3lame']],
    ['tags.m4a', 'audio/mp4', ['-c:a', 'aac']],
    ['tags.flac', 'audio/flac', ['-c:a', 'flac']],
  ])('of %s are told and shown', async (name, mime, codec) => {
    const input = await make(folder, name, [...TONE(), ...withCover(), ...metadata, ...codec]);
    const result = await processed(folder, input, mime);
    expect(result.facts).toMatchObject({ ...facts, dominantColor: expect.stringMatching(/^#f[ef]8/) });
    expect(result.outputs.map(({ kind }) => kind)).toEqual(['thumbnail', 'preview', 'waveform', 'waveform-image']);
    expect(output(result, 'preview')).toMatchObject({ width: 500, height: 500 });
    expect((await colorAt(output(result, 'thumbnail').path))[0]).toBeGreaterThan(240);
  });

  it.each([
    ['tags.ogg', ['-c:a', 'libvorbis']],
    ['tags.opus', ['-c:a', 'libopus']],
  ])('of %s are told', async (name, codec) => {
    const input = await make(folder, name, [...TONE(), ...metadata, ...codec]);
    expect((await processed(folder, input, 'audio/ogg')).facts).toMatchObject(facts);
  });

  it('a cover that is broken is left out, with a warning', async () => {
    const input = await make(folder, 'broken.mp3', [...TONE(), ...withCover(), '-c:a', 'libmp3lame']);
    const bytes = await readFile(input);
    const at = bytes.indexOf(Buffer.from([0xff, 0xd8, 0xff]));
    bytes.fill(0x55, at + 2, at + 600);
    await writeFile(input, bytes);
    const result = await processed(folder, input, 'audio/mpeg');
    expect(result.warnings).toMatchObject([{ code: 'COVER_UNREADABLE' }]);
    expect(result.outputs.map(({ kind }) => kind)).toEqual(['thumbnail', 'preview', 'waveform', 'waveform-image']);
  });
});

describe('what is not as it should be', () => {
  it('a film that says it is sound keeps its picture', async () => {
    const input = await make(folder, 'film.m4a', [...PICTURES(), ...TONE(), ...H264, '-c:a', 'aac', '-f', 'mp4']);
    const result = await processed(folder, input, 'audio/mp4');
    expect(output(result, 'preview')).toMatchObject({ width: 320, height: 240 });
  });

  it.each([
    ['audio/mpeg', 'cut.mp3', ['-c:a', 'libmp3lame']],
    ['audio/mp4', 'cut.m4a', ['-c:a', 'aac', '-movflags', '+faststart']],
    ['audio/flac', 'cut.flac', []],
    ['audio/wav', 'cut.wav', []],
    ['audio/ogg', 'cut.ogg', ['-c:a', 'libvorbis']],
  ])('%s that ends too early is heard as far as it goes', async (mime, name, codec) => {
    const whole = await make(folder, name, [...TONE(10), ...codec]);
    const { size } = await stat(whole);
    for (const tenths of [9, 5, 2]) {
      const file = await open(whole, 'r+');
      await file.truncate(Math.floor((size * tenths) / 10));
      await file.close();
      const outcome = await processed(folder, whole, mime).catch((error: unknown) => error);
      if (outcome instanceof Error) expect(outcome).toMatchObject({ code: 'CORRUPT_FILE', permanent: true });
      else expect(outcome).toMatchObject({ outputs: [{}, {}, { kind: 'waveform' }, {}] });
    }
  });

  it('says that it ends too early when the file announces more', async () => {
    const input = await make(folder, 'short.m4a', [...TONE(10), '-c:a', 'aac', '-movflags', '+faststart']);
    const file = await open(input, 'r+');
    await file.truncate(Math.floor((await stat(input)).size / 2));
    await file.close();
    expect((await processed(folder, input, 'audio/mp4')).warnings).toMatchObject([{ code: 'TRUNCATED' }]);
  });

  it('bytes that are no sound are refused with a reason', async () => {
    const input = join(folder, 'noise');
    await writeFile(input, Buffer.from(Array.from({ length: 3000 }, (_, index) => (index * 7919) % 251)));
    for (const mime of ['audio/mpeg', 'audio/wav', 'audio/ogg', 'audio/flac', 'audio/aac'])
      await expect(processed(folder, input, mime)).rejects.toMatchObject({
        code: 'CORRUPT_FILE',
        detail: expect.stringMatching(/^The .*\.$/),
      });
  });
});
