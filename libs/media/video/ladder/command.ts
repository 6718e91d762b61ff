import { AUDIO_KIND } from '../hls/master-playlist.js';
import { inputAddress, inputOptions } from '../../ffmpeg/input.js';
import { framesASecond, type FrameRate, type Rung } from './rungs.js';

/** Seconds from one key frame that begins a segment to the next: Apple asks for 6 or less; 4 start sooner. */
export const SEGMENT_SECONDS = 4;

/** Pictures of the film in rows, for whoever looks for a place in it. */
export interface Storyboard {
  /** Seconds from one picture to the next. */
  interval: number;
  columns: number;
  rows: number;
  /** Pixels of each. */
  width: number;
  height: number;
}

/** A few seconds of the film without sound, as a moving picture. */
export interface AnimatedPreview {
  width: number;
  height: number;
  /** Seconds of film that are looked at. */
  seconds: number;
}

/** What one run of ffmpeg makes: all of it from one decode. */
export interface LadderRun {
  rungs: readonly Rung[];
  /** Index of the stream of pictures; null when the run makes none. */
  film: number | null;
  /** Index of the stream of sound; null when the run makes none. */
  sound: number | null;
  /** The sound is AAC LC in stereo or less: taken as it is. */
  copiesSound: boolean;
  /** The highest rung is the source's own stream, of which the key frames are where segments begin. */
  copiesTop: boolean;
  frameRate: FrameRate;
  /** Filters that make a picture for screens without HDR of one with; null where it is none. */
  toneMapping: string | null;
  storyboard: Storyboard | null;
  preview: AnimatedPreview | null;
}

export interface LadderCommand extends LadderRun {
  input: string;
  mime: string;
  /** Of libx264. */
  preset: string;
  cpuSeconds: number;
}

export const STORYBOARD_FILE = 'storyboard.jpg';
export const PREVIEW_FILE = 'animated-preview.webp';
/** What the two are made of; names for ffmpeg. */
export const STORYBOARD_FRAMES = 'storyboard-%03d.png';
export const PREVIEW_FRAMES = 'preview-%03d.png';
/** Beside each stream's folder. */
export const PROGRESS_FILE = 'progress.txt';
export const PLAYLIST_FILE = 'playlist.m3u8';
export const INIT_FILE = 'init.mp4';

const PREVIEW_PIECES = 5;
const PREVIEW_PIECE_SECONDS = 0.6;
const MOST_PREVIEW_FRAMES = 50;
export const PREVIEW_FRAME_RATE = 10;

/** The folder of a stream: `720p`, `audio`. */
export const folderOf = (kind: string): string => kind.replace(/^hls-/, '');

/** The arguments of an ffmpeg that is run in the folder where everything shall appear. */
export function ladderArguments(command: LadderCommand): string[] {
  const { input, mime, cpuSeconds, rungs, film, sound } = command;
  const encoded = command.copiesTop ? rungs.slice(0, -1) : rungs;
  const graphs = film === null ? [] : filterGraphs(command, encoded, film);
  return [
    ...['-hide_banner', '-nostdin', '-nostats', '-loglevel', 'warning', '-y'],
    ...['-progress', inputAddress(PROGRESS_FILE), '-stats_period', '0.5', '-timelimit', String(cpuSeconds)],
    ...inputOptions(mime),
    ...['-i', inputAddress(input)],
    ...graphs.flatMap((graph) => ['-filter_complex', graph]),
    ...encoded.flatMap((rung) => [...['-map', `[${rung.kind}]`], ...encoding(command, rung), ...hls(rung.kind)]),
    ...rungs.slice(encoded.length).flatMap(({ kind }) => ['-map', `0:${film}`, '-c:v', 'copy', ...hls(kind)]),
    ...(sound === null ? [] : ['-map', `0:${sound}`, ...soundEncoding(command), ...hls(AUDIO_KIND)]),
    ...(command.storyboard && film !== null
      ? ['-map', '[storyboard]', ...pictures(tilesOf(command.storyboard), STORYBOARD_FRAMES)]
      : []),
    ...(command.preview && film !== null
      ? ['-map', '[preview]', ...pictures(MOST_PREVIEW_FRAMES, PREVIEW_FRAMES)]
      : []),
  ];
}

/**
 * One chain to the largest size wanted, with a branch for each smaller one. What takes few frames has a graph of its
 * own: in one with others, ffmpeg 7 keeps every frame of theirs until such an output has something to give (a minute
 * of 640 by 360: 570 MB instead of 60).
 */
function filterGraphs(command: LadderCommand, encoded: readonly Rung[], film: number): string[] {
  const { frameRate, storyboard, preview } = command;
  const top = encoded.at(-1);
  const graphs: string[] = [];
  if (top) {
    const split = `split=${encoded.length}${encoded.map(({ kind }) => `[${kind}-in]`).join('')}`;
    const rate = `fps=${frameRate.over}/${frameRate.under}:start_time=0`;
    const branches = encoded.map(({ kind, width, height }) => {
      // Even edges are not quite of the same shape: what is left of it would make pixels that are not square.
      const filters = kind === top.kind ? 'null' : `scale=${width}:${height},setsar=1`;
      return `[${kind}-in]${filters}[${kind}]`;
    });
    graphs.push([`[0:${film}]${rate},${shown(command, top)},${split}`, ...branches].join(';'));
  }
  if (storyboard) graphs.push(`[0:${film}]${tiles(command, storyboard)}[storyboard]`);
  if (preview) graphs.push(`[0:${film}]${pieces(command, preview)}[preview]`);
  return graphs;
}

/** At a size, for screens without HDR. */
const shown = ({ toneMapping }: LadderCommand, { width, height }: { width: number; height: number }): string =>
  [`scale=${width}:${height}`, 'setsar=1', ...(toneMapping === null ? [] : [toneMapping]), 'format=yuv420p'].join(',');

const tiles = (command: LadderCommand, { interval, width, height }: Storyboard): string =>
  `fps=1/${interval}:start_time=0:round=up,${shown(command, { width, height })}`;

/** Pieces from all over the film, one behind the other. */
function pieces(command: LadderCommand, { seconds, ...size }: AnimatedPreview): string {
  const all = PREVIEW_PIECES * PREVIEW_PIECE_SECONDS;
  const chosen =
    seconds <= all ? 'lt(t,3)' : `lt(mod(t,${(seconds / PREVIEW_PIECES).toFixed(3)}),${PREVIEW_PIECE_SECONDS})`;
  const rate = `fps=${PREVIEW_FRAME_RATE}:start_time=0`;
  return `${rate},select='${chosen}',setpts=N/(${PREVIEW_FRAME_RATE}*TB),${shown(command, size)}`;
}

function encoding({ preset, frameRate }: LadderCommand, { bitrate, maxrate }: Rung): string[] {
  return [
    ...['-c:v', 'libx264', '-preset', preset, '-profile:v', 'high', '-pix_fmt', 'yuv420p'],
    ...['-b:v', String(bitrate), '-maxrate', String(maxrate), '-bufsize', String(2 * bitrate)],
    // Key frames where segments begin, and nowhere else: then they are at the same times in all renditions.
    ...['-force_key_frames', `expr:gte(t,n_forced*${SEGMENT_SECONDS})`, '-sc_threshold', '0'],
    ...['-g', String(Math.ceil(framesASecond(frameRate) * SEGMENT_SECONDS * 2)), '-forced-idr', '1'],
  ];
}

const soundEncoding = ({ copiesSound }: LadderCommand): string[] =>
  copiesSound ? ['-c:a', 'copy'] : ['-c:a', 'aac', '-b:a', '128k', '-ac', '2', '-ar', '48000'];

function hls(kind: string): string[] {
  const folder = folderOf(kind);
  return [
    ...['-map_metadata', '-1', '-map_chapters', '-1', '-f', 'hls', '-hls_time', String(SEGMENT_SECONDS)],
    ...['-hls_playlist_type', 'vod', '-hls_list_size', '0', '-hls_segment_type', 'fmp4'],
    ...['-hls_fmp4_init_filename', INIT_FILE, '-hls_flags', 'independent_segments+temp_file'],
    // Pictures begin at 0 although some are decoded before, which an edit list says: sound is in a file of its own.
    ...['-avoid_negative_ts', 'disabled'],
    ...['-hls_segment_filename', `${folder}/%05d.m4s`, `${folder}/${PLAYLIST_FILE}`],
  ];
}

const tilesOf = ({ columns, rows }: Storyboard): number => columns * rows;

/**
 * Each in a file of its own, the first at once: ffmpeg reports nothing until every output has begun, and a sheet or a
 * moving picture begins when the film is over.
 */
const pictures = (most: number, names: string): string[] => [
  ...['-frames:v', String(most), '-c:v', 'png', '-pix_fmt', 'rgb24', '-f', 'image2', names],
];
