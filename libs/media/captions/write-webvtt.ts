import { timestamp } from '../video/ladder/storyboard-track.js';
import type { Cue } from './parse-captions.js';

/** Captions as a WebVTT file: what was read, and nothing of how it was written. */
export const writeWebVtt = (cues: readonly Cue[]): string => ['WEBVTT\n', ...cues.map(writeCue)].join('\n');

const writeCue = ({ from, to, settings, text }: Cue): string =>
  `${timestamp(from)} --> ${timestamp(to)}${settings === '' ? '' : ` ${settings}`}\n${text}\n`;
