import type { MediaFailureCode } from '../failure.js';
import type { ProcessResult } from '../process.js';

/** What a child answers to a Task; both are plain JSON. */
export type Reply = { result: ProcessResult } | { failure: FailureMessage };

/** Asked by a child in the midst of a Task, in bytes: it goes on when it has been told ROOM_MADE. */
export interface RoomWanted {
  roomWanted: number;
}

export const ROOM_MADE = 'room made';

export interface FailureMessage {
  code: MediaFailureCode;
  detail: string;
  diagnostics?: string | undefined;
}

/** What a child is told on its command line: the id of its parent's process, and this flag. */
export const TEST_HOOKS_FLAG = '--test-hooks';
