import { cueText } from './cue-text.js';

export interface Cue {
  /** Seconds. */
  from: number;
  to: number;
  /** Where it is shown, as WebVTT writes it; empty where it does not matter. */
  settings: string;
  text: string;
}

export interface CaptionFault {
  /** Counted from 1. */
  line: number;
  detail: string;
}

export type ParsedCaptions = { cues: Cue[]; faults: [] } | { cues: null; faults: CaptionFault[] };

/** More than any film has, and few enough to be read at once by a player. */
const MOST_CUES = 20_000;
/** So many faults are told: who has that many has sent something else. */
const MOST_FAULTS = 10;

/** WebVTT has dots, SubRip commas; hours may be left out. */
const TIME = String.raw`(?:(\d{1,4}):)?([0-5]?\d):([0-5]\d)(?:[.,](\d{1,3}))?`;
const TIMING = new RegExp(`^\\s*${TIME}\\s*-->\\s*${TIME}(?:\\s+(.*))?$`);
const SETTING =
  /^(?:vertical:(?:rl|lr)|line:-?\d+(?:\.\d+)?%?(?:,(?:start|center|end))?|position:\d+(?:\.\d+)?%(?:,(?:line-left|center|line-right))?|size:\d+(?:\.\d+)?%|align:(?:start|center|end|left|right))$/;
/** Blocks that show nothing: remarks, and looks, which are the player's own affair. */
const NO_CUE = /^(?:NOTE|STYLE|REGION)(?:\s|$)/;

/** Reads WebVTT or SubRip, which is told by its first line. Says all that is wrong, or all that is shown. */
export function parseCaptions(file: string): ParsedCaptions {
  const lines = file
    .replace(/^\uFEFF/, '')
    .replace(/\0/g, '\uFFFD')
    .split(/\r\n|\r|\n/);
  const isWebVtt = /^WEBVTT(?:[ \t]|$)/.test(lines[0] ?? '');
  const cues: Cue[] = [];
  const faults: CaptionFault[] = [];
  for (const block of blocksOf(lines, isWebVtt)) {
    const { cue, fault } = readBlock(block);
    if (cue && cue.text !== '') cues.push(cue);
    if (fault) faults.push(fault);
    if (faults.length === MOST_FAULTS) break;
  }
  if (cues.length > MOST_CUES) faults.push({ line: 1, detail: `more than ${MOST_CUES} captions` });
  if (cues.length === 0 && faults.length === 0)
    faults.push({ line: 1, detail: 'no caption: expected WebVTT or SubRip' });
  if (faults.length > 0) return { cues: null, faults };
  return { cues: cues.sort((one, other) => one.from - other.from), faults: [] };
}

interface Block {
  /** Of its first line, counted from 1. */
  line: number;
  lines: string[];
}

/** What stands between empty lines; of WebVTT without its head. */
function blocksOf(lines: readonly string[], isWebVtt: boolean): Block[] {
  const blocks: Block[] = [];
  let open: Block | null = null;
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') open = null;
    else if (open) open.lines.push(line);
    else blocks.push((open = { line: index + 1, lines: [line] }));
  }
  return isWebVtt ? blocks.slice(1) : blocks;
}

function readBlock({ line, lines }: Block): { cue?: Cue; fault?: CaptionFault } {
  if (NO_CUE.test(lines[0] ?? '')) return {};
  const at = lines.findIndex((text) => text.includes('-->'));
  if (at < 0 || at > 1) return { fault: { line, detail: 'a caption has no line with its times' } };
  const timing = TIMING.exec(lines[at] ?? '');
  if (!timing) return { fault: { line: line + at, detail: 'times are written as 00:01:02.345 --> 00:01:04.000' } };
  const [from, to] = [secondsOf(timing.slice(1, 5)), secondsOf(timing.slice(5, 9))];
  if (to <= from) return { fault: { line: line + at, detail: 'it ends before it begins' } };
  const settings = (timing[9] ?? '').split(/\s+/).filter((setting) => SETTING.test(setting));
  return { cue: { from, to, settings: settings.join(' '), text: cueText(lines.slice(at + 1).join('\n')) } };
}

const secondsOf = ([hours, minutes, seconds, fraction]: (string | undefined)[]): number =>
  Number(hours ?? 0) * 3600 + Number(minutes) * 60 + Number(seconds) + Number(`0.${fraction ?? 0}`);
