/** Why a file could not be fetched from an address. */
export type FetchFailureCode =
  /** The address, or one it leads to, is not one that this server may ask. */
  | 'URL_NOT_ALLOWED'
  /** There is no such host, or nothing at the address. */
  | 'URL_NOT_FOUND'
  /** The server there does not give the file out. */
  | 'URL_REFUSED'
  | 'URL_TOO_MANY_REDIRECTS'
  /** It is sent compressed, although that was not asked for: what it would become nobody knows. */
  | 'URL_COMPRESSED'
  | 'URL_UNREACHABLE'
  | 'URL_BROKEN_OFF'
  | 'URL_TOO_SLOW';

/** A file could not be fetched; `permanent`: trying again would not help. */
export class FetchFailure extends Error {
  override readonly name = 'FetchFailure';
  constructor(
    readonly code: FetchFailureCode,
    /** For the uploader: nothing of what is behind our walls. */
    readonly detail: string,
    readonly permanent: boolean,
    cause?: unknown,
  ) {
    super(`${code}: ${detail}`, { cause });
  }
}
