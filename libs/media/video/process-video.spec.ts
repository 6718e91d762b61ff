import { mkdtemp, open, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { H264, make, PICTURES, processed, TONE } from '../ffmpeg/films.fixtures.js';
import { colorAt, distance, output } from '../image/pictures.fixtures.js';

let folder: string;
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'video-'))));
afterAll(() => rm(folder, { recursive: true }));

/** How bright a picture is on average, and how much that varies: 0 to 255. */
async function brightness(path: string): Promise<{ mean: number; spread: number }> {
  const [level] = (await sharp(path).greyscale().stats()).channels;
  return { mean: level?.mean ?? 0, spread: level?.stdev ?? 0 };
}

const AAC = ['-c:a', 'aac'];

describe('containers and codecs', () => {
  it.each([
    ['a.mp4', 'video/mp4', [...H264, ...AAC], 'h264', 'aac'],
    ['a.mov', 'video/quicktime', ['-c:v', 'prores_ks', '-c:a', 'pcm_s16le'], 'prores', 'pcm_s16le'],
    ['a.mkv', 'video/matroska', [...H264, '-c:a', 'flac'], 'h264', 'flac'],
    ['vp8.webm', 'video/webm', ['-c:v', 'libvpx', '-c:a', 'libvorbis'], 'vp8', 'vorbis'],
    ['vp9.webm', 'video/webm', ['-c:v', 'libvpx-vp9', '-cpu-used', '8', '-c:a', 'libopus'], 'vp9', 'opus'],
    ['av1.mp4', 'video/mp4', ['-c:v', 'libsvtav1', '-preset', '12', ...AAC], 'av1', 'aac'],
    ['hevc.mp4', 'video/mp4', ['-c:v', 'libx265', '-preset', 'ultrafast', '-tag:v', 'hvc1', ...AAC], 'hevc', 'aac'],
    ['a.avi', 'video/vnd.avi', ['-c:v', 'mpeg4', '-c:a', 'libmp3lame'], 'mpeg4', 'mp3'],
    ['a.ts', 'video/mp2t', [...H264, ...AAC], 'h264', 'aac'],
    ['a.3gp', 'video/3gpp', ['-s', '352x288', '-c:v', 'h263', ...AAC], 'h263', 'aac'],
    ['a.mpg', 'video/mpeg', ['-c:v', 'mpeg2video', '-c:a', 'mp2'], 'mpeg2video', 'mp2'],
    ['a.wmv', 'video/x-ms-wmv', ['-c:v', 'wmv2', '-c:a', 'wmav2'], 'wmv2', 'wmav2'],
    ['a.flv', 'video/x-flv', ['-c:v', 'flv', '-ar', '44100', '-c:a', 'libmp3lame'], 'flv1', 'mp3'],
    ['a.ogv', 'video/ogg', ['-c:v', 'libtheora', '-c:a', 'libvorbis'], 'theora', 'vorbis'],
    [
      'a.mxf',
      'application/mxf',
      ['-c:v', 'mpeg2video', '-ar', '48000', '-c:a', 'pcm_s16le'],
      'mpeg2video',
      'pcm_s16le',
    ],
  ])('makes pictures and facts of %s', async (name, mime, codecs, videoCodec, audioCodec) => {
    const input = await make(folder, name, [...PICTURES(), ...TONE(), ...codecs]);
    const { outputs, facts, warnings } = await processed(folder, input, mime);
    const [width, height] = name === 'a.3gp' ? [expect.any(Number), 288] : [320, 240];
    expect(facts).toMatchObject({
      mime,
      videoCodec,
      audioCodec,
      width,
      height,
      hasAudio: true,
      hdr: false,
      rotation: 0,
    });
    expect(facts.durationMs).toBeGreaterThan(1800);
    expect(facts.durationMs).toBeLessThan(2300);
    expect(facts.frameRate).toBeCloseTo(25, 0);
    expect(facts.thumbhash).toEqual(expect.any(String));
    expect(warnings).toEqual([]);
    expect(outputs.map(({ kind, mime: made }) => [kind, made])).toEqual([
      ['thumbnail', 'image/webp'],
      ['preview', 'image/webp'],
    ]);
    for (const made of outputs) {
      expect((await stat(made.path)).size).toBe(made.size);
      expect((await brightness(made.path)).spread).toBeGreaterThan(30);
    }
  });
});

describe('the shape of the picture', () => {
  /** Red above, blue below. */
  const HALVES = ['-f', 'lavfi', '-i', 'color=red:s=320x120:d=1,pad=320:240:0:0:blue'];

  it.each([
    [90, 240, 320, 'left'],
    [180, 320, 240, 'below'],
    [270, 240, 320, 'right'],
  ])('turned by %i° anticlockwise it is %i × %i', async (degrees, width, height, red) => {
    const upright = await make(folder, 'upright.mp4', [...HALVES, ...H264]);
    const turned = ['-display_rotation:v:0', String(degrees), '-i', upright, '-c', 'copy'];
    const result = await processed(folder, await make(folder, 'turned.mov', turned), 'video/quicktime');
    expect(result.facts).toMatchObject({ width, height, rotation: 360 - degrees });
    const preview = output(result, 'preview');
    expect(preview).toMatchObject({ width, height });
    const at = { left: { x: 0.1, y: 0.5 }, below: { x: 0.5, y: 0.9 }, right: { x: 0.9, y: 0.5 } }[red];
    const [level = 0, , blue = 0] = await colorAt(preview.path, at);
    expect([level > 200, blue < 60]).toEqual([true, true]);
  });

  it('is as wide as its pixels say', async () => {
    const input = await make(folder, 'wide.mp4', [...PICTURES('360x240'), '-vf', 'setsar=4/3', ...H264]);
    const result = await processed(folder, input, 'video/mp4');
    expect(result.facts).toMatchObject({ width: 480, height: 240 });
    expect(output(result, 'preview')).toMatchObject({ width: 480, height: 240 });
  });

  it.each(['3x3', '1x1', '17x5', '2x600'])('may be %s', async (size) => {
    const input = await make(folder, 'odd.mkv', [...PICTURES(size), '-c:v', 'ffv1']);
    const result = await processed(folder, input, 'video/matroska');
    const [width, height] = size.split('x').map(Number);
    expect(result.facts).toMatchObject({ width, height, hasAudio: false });
    expect(output(result, 'preview')).toMatchObject({ width, height });
  });

  it('is made no larger than the preview', async () => {
    const input = await make(folder, 'hd.mp4', [...PICTURES('1920x1080', 1), ...H264]);
    const result = await processed(folder, input, 'video/mp4');
    expect(output(result, 'preview')).toMatchObject({ width: 1440, height: 810 });
    expect(result.facts).toMatchObject({ width: 1920, height: 1080 });
  });
});

describe('colours', () => {
  it('knows 10 bit and HDR, and shows HDR neither dark nor washed out', async () => {
    const white =
      'zscale=tin=bt709:pin=bt709:min=bt709:t=smpte2084:p=bt2020:m=bt2020nc:r=tv:npl=203,format=yuv420p10le';
    const hdr = ['-c:v', 'libx265', '-preset', 'ultrafast', '-color_primaries', 'bt2020'];
    const marked = [...hdr, '-color_trc', 'smpte2084', '-colorspace', 'bt2020nc'];
    const input = await make(folder, 'hdr.mp4', [...PICTURES('320x240', 1), '-vf', white, ...marked]);
    const result = await processed(folder, input, 'video/mp4');
    expect(result.facts).toMatchObject({ hdr: true, bitDepth: 10, pixelFormat: 'yuv420p10le', videoCodec: 'hevc' });
    const plain = await make(folder, 'sdr.mp4', [...PICTURES('320x240', 1), ...H264]);
    const wanted = await brightness(output(await processed(folder, plain, 'video/mp4'), 'preview').path);
    const { mean, spread } = await brightness(output(result, 'preview').path);
    expect(Math.abs(mean - wanted.mean)).toBeLessThan(35);
    expect(spread / wanted.spread).toBeGreaterThan(0.6);
  });

  it('reads 10 bit without HDR', async () => {
    const codec = ['-c:v', 'libx265', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p10le'];
    const result = await processed(folder, await make(folder, '10.mkv', [...PICTURES(), ...codec]), 'video/matroska');
    expect(result.facts).toMatchObject({ hdr: false, bitDepth: 10 });
    expect((await brightness(output(result, 'preview').path)).spread).toBeGreaterThan(30);
  });

  it.each([
    [1280, 720, 'bt709'],
    [640, 360, 'smpte170m'],
  ])('of %i × %i that says nothing of them are meant as %s', async (width, height, matrix) => {
    const orange = `color=0xff8000:s=${width}x${height}:d=1,scale=out_color_matrix=${matrix},format=yuv420p,setparams=colorspace=unknown`;
    const input = await make(folder, 'plain.mp4', ['-f', 'lavfi', '-i', orange, ...H264]);
    const preview = output(await processed(folder, input, 'video/mp4'), 'preview');
    expect(distance(await colorAt(preview.path), [255, 128, 0])).toBeLessThan(8);
  });
});

describe('the frame', () => {
  it.each([
    [2, 4],
    [2, 12],
    [8, 12],
  ])('is not black when a film is dark for %i of %i s', async (dark, seconds) => {
    const filter = ['-vf', `drawbox=c=black:t=fill:enable='lt(t,${dark})'`];
    const input = await make(folder, 'dark.mp4', [...PICTURES('320x240', seconds), ...filter, ...H264]);
    const { mean } = await brightness(output(await processed(folder, input, 'video/mp4'), 'preview').path);
    expect(mean).toBeGreaterThan(40);
  });

  it('is black when nothing else is there', async () => {
    const input = await make(folder, 'black.mp4', ['-f', 'lavfi', '-i', 'color=black:s=64x64:d=3', ...H264]);
    const { mean } = await brightness(output(await processed(folder, input, 'video/mp4'), 'preview').path);
    expect(mean).toBeLessThan(5);
  });

  it.each([0.04, 0.1])('is there in a film of %f s', async (seconds) => {
    const input = await make(folder, 'short.mp4', [...PICTURES('320x240', seconds), ...H264]);
    const { facts, outputs } = await processed(folder, input, 'video/mp4');
    expect(facts.durationMs).toBeLessThanOrEqual(120);
    expect(outputs).toHaveLength(2);
  });

  it('is there in a recording that was never finished, and does not say its length', async () => {
    const input = await make(folder, 'live.webm', [...PICTURES(), '-c:v', 'libvpx', '-f', 'webm', '-live', '1']);
    const { facts, outputs } = await processed(folder, input, 'video/webm');
    expect(facts.durationMs).toBe(2000);
    expect(outputs).toHaveLength(2);
  });
});

describe('what is not as it should be', () => {
  it('a film with only sound is processed as sound', async () => {
    const input = await make(folder, 'sound.mp4', [...TONE(), ...AAC]);
    const { facts, outputs, warnings } = await processed(folder, input, 'video/mp4');
    expect(facts).toMatchObject({ hasAudio: true, audioCodec: 'aac' });
    expect(outputs.map(({ kind }) => kind)).toEqual(['thumbnail', 'preview', 'waveform', 'waveform-image']);
    expect(warnings).toMatchObject([{ code: 'NO_PICTURE' }]);
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['noise', Buffer.from(Array.from({ length: 50_000 }, (_, index) => (index * 7919) % 251))],
  ])('%s is refused with a reason', async (_name, bytes) => {
    const input = join(folder, 'broken');
    await writeFile(input, bytes);
    for (const mime of ['video/mp4', 'video/matroska', 'video/mp2t', 'video/mpeg'])
      await expect(processed(folder, input, mime)).rejects.toMatchObject({
        code: 'CORRUPT_FILE',
        detail: expect.stringMatching(/^The .*\.$/),
      });
  });

  it.each([
    ['video/mp4', 'cut.mp4', ['-movflags', '+faststart']],
    ['video/mp4', 'late.mp4', []],
    ['video/matroska', 'cut.mkv', []],
    ['video/mp2t', 'cut.ts', []],
    ['video/vnd.avi', 'cut.avi', []],
  ])('%s that ends too early (%s) is shown or refused', async (mime, name, flags) => {
    const whole = await make(folder, name, [...PICTURES(), ...TONE(), ...H264, ...AAC, ...flags]);
    const { size } = await stat(whole);
    for (const tenths of [9, 6, 3, 1]) {
      const file = await open(whole, 'r+');
      await file.truncate(Math.floor((size * tenths) / 10));
      await file.close();
      const outcome = await processed(folder, whole, mime).catch((error: unknown) => error);
      if (outcome instanceof Error) expect(outcome).toMatchObject({ code: 'CORRUPT_FILE', permanent: true });
      else expect(outcome).toMatchObject({ outputs: [{ kind: 'thumbnail' }, { kind: 'preview' }] });
    }
  });

  it.each([
    [10, []],
    [5, [{ code: 'TRUNCATED' }]],
  ])('an MP4 of which there are %i tenths says whether it ends too early', async (tenths, warnings) => {
    const input = await make(folder, 'whole.mp4', [...PICTURES('320x240', 10), ...H264, '-movflags', '+faststart']);
    const file = await open(input, 'r+');
    await file.truncate(Math.floor(((await stat(input)).size * tenths) / 10));
    await file.close();
    expect((await processed(folder, input, 'video/mp4')).warnings).toMatchObject(warnings);
  });

  it('frames of too many pixels are refused before they are decoded', async () => {
    const input = await make(folder, 'large.mp4', [...PICTURES('640x480', 0.2), ...H264]);
    await expect(processed(folder, input, 'video/mp4', { maxPixels: 300_000 })).rejects.toMatchObject({
      code: 'PIXEL_LIMIT_EXCEEDED',
      detail: expect.stringContaining('640 × 480'),
    });
  });

  it('too many streams are refused', async () => {
    const maps = Array.from({ length: 65 }, () => ['-map', '0:a']).flat();
    const input = await make(folder, 'many.mkv', [...TONE(0.1), ...maps, '-c:a', 'pcm_s16le']);
    await expect(processed(folder, input, 'video/matroska')).rejects.toMatchObject({ code: 'STREAM_LIMIT_EXCEEDED' });
  });

  it('days of film are refused', async () => {
    const slow = ['-vf', 'settb=1/10,setpts=N*900000/TB/10', '-fps_mode', 'passthrough'];
    const input = await make(folder, 'days.mkv', [...PICTURES('32x32', 0.2), ...slow, '-c:v', 'ffv1']);
    await expect(processed(folder, input, 'video/matroska')).rejects.toMatchObject({ code: 'DURATION_LIMIT_EXCEEDED' });
  });
});

it('tells when and where it was taken', async () => {
  const tags = ['creation_time=2026-05-17T12:03:21Z', 'location=+48.8577+002.2950/', 'title=Am\u0001 Meer'];
  const metadata = tags.flatMap((tag) => ['-metadata', tag]);
  const input = await make(folder, 'tags.mov', [...PICTURES('64x64', 0.2), ...metadata, ...H264]);
  const { facts } = await processed(folder, input, 'video/quicktime');
  expect(facts).toMatchObject({
    capturedAt: '2026-05-17T12:03:21Z',
    gps: { latitude: 48.8577, longitude: 2.295 },
    title: 'Am  Meer',
  });
});
