import type { MediaFailureCode } from '../failure.js';
import type { ProcessResult } from '../process.js';

/** What a child answers to a ProcessTask; both are plain JSON. */
export type Reply = { result: ProcessResult } | { failure: FailureMessage };

export interface FailureMessage {
  code: MediaFailureCode;
  detail: string;
  diagnostics?: string | undefined;
}

/** Arguments of a child's command line. */
export const TEST_HOOKS_FLAG = '--test-hooks';
