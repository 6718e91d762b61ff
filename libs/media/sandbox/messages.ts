import type { MediaFailureCode } from '../failure.js';
import type { ProcessResult } from '../process.js';

/** What a child answers to a Task; both are plain JSON. */
export type Reply = { result: ProcessResult } | { failure: FailureMessage };

export interface FailureMessage {
  code: MediaFailureCode;
  detail: string;
  diagnostics?: string | undefined;
}

/** What a child is told on its command line: the id of its parent's process, and this flag. */
export const TEST_HOOKS_FLAG = '--test-hooks';
