import type { ProbedStream } from '../ffmpeg/probe.js';

/** From PQ or HLG to what screens without HDR show. What the film does not say is as BT.2100 has it. */
export function toneMapping({ color_transfer }: ProbedStream): string {
  return [
    `zscale=tin=${color_transfer}:pin=bt2020:min=bt2020nc:t=linear:npl=203`,
    'format=gbrpf32le',
    'zscale=p=bt709',
    'tonemap=mobius:desat=0',
    'zscale=t=bt709:m=bt709:r=tv',
    'format=yuv444p',
  ].join(',');
}
