import type { ProbedStream } from '../../ffmpeg/probe.js';
import { planRuns, type LadderSource } from './plan.js';
import { beginsSegments } from './stream-copy.js';

const stream = (index: number, codec_type: string, codec_name: string) =>
  ({ index, codec_type, codec_name }) as ProbedStream;
const film: LadderSource = {
  film: {
    stream: stream(0, 'video', 'vp9'),
    facts: { width: 1280, height: 720, rotation: 0, hdr: false, frameRate: 25 },
  },
  sound: stream(1, 'audio', 'opus'),
  seconds: 60,
  bitrate: undefined,
  topFits: false,
  toneMapping: null,
};
const kinds = (source: LadderSource, made: string[] = []) =>
  planRuns(source, new Set(made)).map(({ rungs, sound, storyboard }) => [
    ...rungs.map(({ kind }) => kind),
    ...(sound === null ? [] : ['sound']),
    ...(storyboard === null ? [] : ['pictures']),
  ]);

it('makes everything of a short film at once, and the lowest of a long one first', () => {
  expect(kinds(film)).toEqual([['hls-360p', 'hls-480p', 'hls-720p', 'sound', 'pictures']]);
  expect(kinds({ ...film, seconds: 600 })).toEqual([
    ['hls-360p', 'sound', 'pictures'],
    ['hls-480p', 'hls-720p'],
  ]);
});

it('makes what an attempt before has not made, and nothing else', () => {
  const streams = ['hls-360p', 'hls-480p', 'hls-720p', 'hls-audio'];
  expect(kinds(film, [...streams, 'storyboard', 'storyboard-track', 'animated-preview'])).toEqual([]);
  expect(kinds(film, [...streams, 'storyboard'])).toEqual([['pictures']]);
  expect(kinds(film, [...streams, 'storyboard', 'storyboard-track'])).toEqual([['pictures']]);
  expect(kinds({ ...film, seconds: 600 }, ['hls-audio'])).toEqual([
    ['hls-360p', 'pictures'],
    ['hls-480p', 'hls-720p'],
  ]);
});

it('takes a stream as it is when a key frame begins each segment, also of a day of key frames', () => {
  const frame = 1 / 60;
  const times = Array.from({ length: 24 * 3600 * 60 }, (_, index) => index * frame);
  expect(beginsSegments({ times, last: times.at(-1) ?? 0 }, frame)).toBe(true);
  expect(beginsSegments({ times: [0, 4, 8], last: 11 }, frame)).toBe(true);
  expect(beginsSegments({ times: [0, 4.02, 8], last: 11 }, frame)).toBe(false);
  expect(beginsSegments({ times: [0, 4], last: 11 }, frame)).toBe(false);
  expect(beginsSegments({ times: [], last: 0 }, frame)).toBe(false);
});
