import type { ApiProblem } from '../api/problem';
import { words } from './words';

const INTERNAL = 500;

/**
 * What the API says of something that has a code: in the words of the catalogue where it has some, and else in the API's
 * own sentence, which is English and may know more.
 */
const say = (table: Partial<Record<string, string>>, code: string | undefined, sentence: string): string =>
  (code === undefined ? undefined : table[code]) ?? sentence;

/** A refusal that is not the API's, but a proxy's or the store's, has no code of its own. */
export const sayProblem = ({ code, status, message }: Pick<ApiProblem, 'code' | 'status' | 'message'>): string =>
  say(words.problems, code === 'INTERNAL_ERROR' && status < INTERNAL ? undefined : code, message);

export const sayFailure = (code: string | undefined, reason: string): string => say(words.failures, code, reason);

export const sayWarning = ({ code, detail }: { code: string; detail: string }): string =>
  say(words.warnings, code, detail);
