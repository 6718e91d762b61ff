import { words } from '../words/words';
import type { JobKind } from './filters';

const NAMES: Record<string, string> = words.admin.kinds satisfies Record<JobKind, string>;

/** What a kind of job is called; a queue is called as its jobs are. */
export const kindName = (kind: string): string => NAMES[kind] ?? kind;
