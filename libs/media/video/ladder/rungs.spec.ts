import { framesASecond, frameRateOf, ladderOf, type SourceFacts } from './rungs.js';

const sizes = (source: SourceFacts) => ladderOf(source).map(({ kind, width, height }) => [kind, width, height]);

it('has each step that the source reaches, and none above', () => {
  expect(sizes({ width: 1920, height: 1080 })).toEqual([
    ['hls-360p', 640, 360],
    ['hls-480p', 854, 480],
    ['hls-720p', 1280, 720],
    ['hls-1080p', 1920, 1080],
  ]);
  expect(sizes({ width: 1919, height: 1079 }).at(-1)).toEqual(['hls-720p', 1280, 720]);
  expect(sizes({ width: 3840, height: 2160 }).map(([kind]) => kind)).toHaveLength(6);
});

it.each([
  [{ width: 1920, height: 804 }, ['hls-1080p', 1920, 804]],
  [{ width: 804, height: 1920 }, ['hls-1080p', 804, 1920]],
  [{ width: 3840, height: 1600 }, ['hls-2160p', 3840, 1600]],
  [{ width: 1280, height: 536 }, ['hls-720p', 1280, 536]],
  [{ width: 1440, height: 1080 }, ['hls-1080p', 1440, 1080]],
  [{ width: 1998, height: 1080 }, ['hls-1080p', 1998, 1080]],
  [{ width: 1920, height: 1088 }, ['hls-1080p', 1920, 1088]],
  [{ width: 1600, height: 900 }, ['hls-720p', 1280, 720]],
])('has all that a film of another shape, %j, has to show', (source, top) => {
  expect(sizes(source).at(-1)).toEqual(top);
  expect(sizes(source)[0]?.[0]).toBe('hls-360p');
});

it('goes by the shorter edge of a film that stands upright', () => {
  expect(sizes({ width: 720, height: 1280 })).toEqual([
    ['hls-360p', 360, 640],
    ['hls-480p', 480, 854],
    ['hls-720p', 720, 1280],
  ]);
});

it.each([
  [{ width: 320, height: 240 }, [['hls-240p', 320, 240]]],
  [{ width: 1, height: 1 }, [['hls-2p', 2, 2]]],
  [{ width: 321, height: 179 }, [['hls-180p', 322, 180]]],
])('has one rendition of %j, as large as it is', (source, rungs) => {
  expect(sizes(source)).toEqual(rungs);
});

it('has no edge that decoders do not take', () => {
  for (const rung of ladderOf({ width: 16_000, height: 360 })) expect(rung.width).toBeLessThanOrEqual(4096);
  expect(sizes({ width: 8192, height: 4320 }).at(-1)).toEqual(['hls-2160p', 4096, 2160]);
});

it('has more bits for more pixels and for more frames, and hardly more than the source', () => {
  const [low, high] = [ladderOf({ width: 1280, height: 720 }), ladderOf({ width: 1280, height: 720, frameRate: 60 })];
  expect(low.map(({ bitrate }) => bitrate)).toEqual([730_000, expect.any(Number), 2_800_000]);
  expect(high.at(-1)?.bitrate).toBe(4_200_000);
  const capped = ladderOf({ width: 1280, height: 720, bitrate: 1_000_000 });
  expect(capped.at(-1)?.bitrate).toBe(1_300_000);
  for (const [index, rung] of capped.entries()) {
    expect(rung.bitrate).toBeGreaterThan(capped[index - 1]?.bitrate ?? 0);
    expect(rung.maxrate).toBe(Math.round(rung.bitrate * 1.25));
  }
  expect(ladderOf({ width: 640, height: 360, bitrate: 1 })[0]?.bitrate).toBe(100_000);
});

it.each([
  [23.976, '24000/1001'],
  [24, '24/1'],
  [29.97, '30000/1001'],
  [50, '50/1'],
  [59.94, '60000/1001'],
  [1000, '60/1'],
  [0.1, '500/100'],
  [17.345, '1735/100'],
  [undefined, '30/1'],
])('shows %s frames a second as %s', (average, expected) => {
  const rate = frameRateOf(average);
  expect(`${rate.over}/${rate.under}`).toBe(expected);
  expect(framesASecond(rate)).toBeLessThanOrEqual(60);
});
