import type { ApiProblem } from '../api/problem';
import { words } from './words';

/**
 * What the API says of something that has a code: in the words of the catalogue where it has some, and else in the API's
 * own sentence, which is English and may know more.
 */
const say = (table: Partial<Record<string, string>>, code: string | undefined, sentence: string): string =>
  (code === undefined ? undefined : table[code]) ?? sentence;

export const sayProblem = ({ code, message }: Pick<ApiProblem, 'code' | 'message'>): string =>
  say(words.problems, code, message);

export const sayFailure = (code: string | undefined, reason: string): string => say(words.failures, code, reason);

export const sayWarning = ({ code, detail }: { code: string; detail: string }): string =>
  say(words.warnings, code, detail);
