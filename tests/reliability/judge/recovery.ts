import type { Lab } from '../lab/lab.js';
import type { Traffic } from '../traffic/traffic.js';
import { untilSettled } from './judge.js';

const RECOVERS_WITHIN_MS = 120_000;

/** Seconds from now until uploads are accepted again, and all that were accepted until then are settled. */
export async function secondsToRecover(lab: Lab, traffic: Traffic): Promise<number> {
  const began = performance.now();
  await traffic.more(1);
  await untilSettled(lab, traffic.accepted.slice(), RECOVERS_WITHIN_MS);
  return (performance.now() - began) / 1000;
}
