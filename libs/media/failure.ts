/**
 * Every way in which a file can fail to be processed, and whether trying the same file again is pointless.
 * Permanent: the file is at fault. Transient: the machine, the moment or an unlucky neighbour may be.
 */
const PERMANENCE = {
  /** The bytes are no readable picture, film, sound or document of their type. */
  CORRUPT_FILE: true,
  /** Sound perhaps, but a variant that nothing here can decode. */
  UNSUPPORTED_FORMAT: true,
  /** Larger than a format's own limit on bytes. */
  INPUT_TOO_LARGE: true,
  PIXEL_LIMIT_EXCEEDED: true,
  FRAME_LIMIT_EXCEEDED: true,
  /** Plays longer than is accepted. */
  DURATION_LIMIT_EXCEEDED: true,
  STREAM_LIMIT_EXCEEDED: true,
  MEMORY_LIMIT_EXCEEDED: true,
  TIMED_OUT: false,
  /** The decoder took its process with it, or the system killed it. */
  PROCESSOR_CRASHED: false,
  /** No room for temporary files. */
  DISK_FULL: false,
  /** Neither the file nor the decoder is known to be at fault: a bug of ours. */
  PROCESSOR_ERROR: false,
  SANDBOX_CLOSED: false,
} as const;

export type MediaFailureCode = keyof typeof PERMANENCE;

/** Why a file was not processed. */
export class MediaFailure extends Error {
  override readonly name = 'MediaFailure';
  /** True when the same file can never succeed. */
  readonly permanent: boolean;

  /**
   * @param detail a sentence for the person who uploaded the file; holds no path and nothing of the machine
   * @param diagnostics what the decoder or the system said, for logs and admins; bounded by whoever collects it
   */
  constructor(
    readonly code: MediaFailureCode,
    readonly detail: string,
    readonly diagnostics?: string,
  ) {
    super(`${code}: ${detail}`);
    this.permanent = PERMANENCE[code];
  }
}

/** Longest diagnostics that are kept, in characters: the end of a trace says less than its beginning. */
const DIAGNOSTICS_LIMIT = 4000;

/** Any error as a MediaFailure: one that is none already is nobody's fault that is known. */
export function toMediaFailure(error: unknown): MediaFailure {
  if (error instanceof MediaFailure) return error;
  const diagnostics = (error instanceof Error ? (error.stack ?? error.message) : String(error)).slice(
    0,
    DIAGNOSTICS_LIMIT,
  );
  if (systemCode(error) === 'ENOSPC')
    return new MediaFailure('DISK_FULL', 'There was no room left for temporary files.', diagnostics);
  return new MediaFailure('PROCESSOR_ERROR', 'The file could not be processed.', diagnostics);
}

/** The system's name for what went wrong, such as ENOENT; undefined for errors that do not come from it. */
export function systemCode(error: unknown): string | undefined {
  const isCoded = typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string';
  return isCoded ? String(error.code) : undefined;
}
