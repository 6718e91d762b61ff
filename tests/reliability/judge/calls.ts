import type { Call } from '../traffic/persistent-client.js';

/** Sentences about answers that a client could not act on: anything but success and "503, this is away, come back". */
export function badAnswers(calls: readonly Call[], away: string): string[] {
  return calls.filter((call) => !isFine(call) && !isHonest(call, away)).map(describe);
}

const THERE_ALREADY = 412;

const isFine = ({ what, status }: Call): boolean =>
  (status >= 200 && status < 300) || (what === 'put' && status === THERE_ALREADY);

const isHonest = ({ status, code, retryAfter }: Call, away: string): boolean =>
  status === 503 && code === away && Number(retryAfter) > 0;

const describe = ({ what, status, code, retryAfter }: Call): string =>
  `${what}: ${status} ${code ?? ''}, Retry-After: ${retryAfter ?? 'none'}`;

export const slowestOf = (calls: readonly Call[]): number =>
  Math.max(0, ...calls.map(({ milliseconds }) => milliseconds));
