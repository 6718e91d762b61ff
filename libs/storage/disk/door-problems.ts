import { systemCode } from './disk-errors.js';
import { DiskUrlError } from './disk-signature.js';
import { InvalidObjectKeyError } from '../object-key.js';
import { MultipartEndedError } from '../multipart.js';
import { StoreUnavailableError } from '../object-store.js';
import { ObjectBusyError, ObjectChecksumError, ObjectExistsError, ObjectSizeError } from '../put-errors.js';

/** Every code the door of the disk store answers with, its HTTP status and title. Codes are stable. */
export const doorProblems = {
  URL_INVALID: { status: 403, title: 'The URL is not valid' },
  URL_EXPIRED: { status: 403, title: 'The URL has expired' },
  OBJECT_NOT_FOUND: { status: 404, title: 'There is no such object' },
  METHOD_NOT_ALLOWED: { status: 405, title: 'The method is not one of GET, HEAD and PUT' },
  OBJECT_BUSY: { status: 409, title: 'Another upload of this object is being finished' },
  UPLOAD_ENDED: { status: 410, title: 'The upload has been completed or has ended' },
  LENGTH_REQUIRED: { status: 411, title: 'The request says no Content-Length' },
  OBJECT_EXISTS: { status: 412, title: 'The object is there already' },
  PRECONDITION_FAILED: { status: 412, title: 'A condition of the request does not hold' },
  OBJECT_TYPE_MISMATCH: { status: 415, title: 'The Content-Type is not the one the URL was made for' },
  RANGE_NOT_SATISFIABLE: { status: 416, title: 'The range is outside of the object' },
  SIZE_MISMATCH: { status: 422, title: 'The file does not have the declared size' },
  CHECKSUM_MISMATCH: { status: 422, title: 'The file does not have the declared checksum' },
  INTERNAL_ERROR: { status: 500, title: 'Something went wrong on our side' },
  STORE_UNAVAILABLE: { status: 503, title: 'The object store is away' },
} as const satisfies Record<string, { status: number; title: string }>;

export type DoorProblemCode = keyof typeof doorProblems;

/** Thrown inside the door to answer with a problem document (RFC 9457). */
export class DoorProblem extends Error {
  override readonly name = 'DoorProblem';
  constructor(
    readonly code: DoorProblemCode,
    readonly detail: string,
    readonly headers: Readonly<Record<string, string>> = {},
    cause?: unknown,
  ) {
    super(detail, { cause });
  }

  get status(): number {
    return doorProblems[this.code].status;
  }

  toDocument(instance: string): Record<string, string | number> {
    const { status, title } = doorProblems[this.code];
    const type = `/problems/${this.code.toLowerCase().replaceAll('_', '-')}`;
    return { type, title, status, detail: this.detail, instance, code: this.code };
  }
}

/** What to answer to whatever a request made the store throw. */
export function toDoorProblem(error: unknown): DoorProblem {
  if (error instanceof DoorProblem) return error;
  if (error instanceof DiskUrlError)
    return new DoorProblem(error.reason === 'expired' ? 'URL_EXPIRED' : 'URL_INVALID', error.message);
  if (error instanceof InvalidObjectKeyError)
    return new DoorProblem('URL_INVALID', 'The path holds no key of an object.');
  if (error instanceof ObjectExistsError)
    return new DoorProblem('OBJECT_EXISTS', 'This URL has been used: a second upload needs a URL of its own.');
  if (error instanceof MultipartEndedError)
    return new DoorProblem('UPLOAD_ENDED', 'Nobody waits for parts of this upload any longer.');
  if (error instanceof ObjectBusyError)
    return new DoorProblem('OBJECT_BUSY', 'Ask again in a moment.', { 'Retry-After': '1' });
  if (error instanceof ObjectSizeError) return new DoorProblem('SIZE_MISMATCH', `${error.message}.`);
  if (error instanceof ObjectChecksumError) return new DoorProblem('CHECKSUM_MISMATCH', `${error.message}.`);
  if (error instanceof StoreUnavailableError)
    return new DoorProblem('STORE_UNAVAILABLE', 'Try again in a moment.', { 'Retry-After': '5' }, error);
  return new DoorProblem('INTERNAL_ERROR', 'It has been logged.', {}, error);
}

/** Whether the other end hung up, so that nobody waits for an answer. */
export const isHangUp = (error: unknown): boolean =>
  ['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE'].includes(systemCode(error) ?? '');
