import type { RefusalCode, RefusedUpload } from '#libs/uploads/refused-upload.js';
import type { ProblemCode } from '../problem/codes.js';
import { Problem } from '../problem/problem.js';

const CODES: Record<RefusalCode, ProblemCode> = {
  EMPTY_FILE: 'VALIDATION_FAILED',
  FILE_TOO_LARGE: 'FILE_TOO_LARGE',
  FILE_TYPE_NOT_ACCEPTED: 'FILE_TYPE_NOT_ACCEPTED',
  CONTENT_TYPE_MISMATCH: 'CONTENT_TYPE_MISMATCH',
  CHECKSUM_MISMATCH: 'CHECKSUM_MISMATCH',
};

/** What to answer to whoever has sent a file that is not taken. */
export const toProblem = ({ code, detail }: RefusedUpload): Problem =>
  new Problem(CODES[code], detail, { errors: [{ detail, pointer: '#/file' }] });
