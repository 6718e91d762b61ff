/** Why bytes that arrive by way of a server of ours are not taken. */
export type RefusalCode =
  'EMPTY_FILE' | 'FILE_TOO_LARGE' | 'FILE_TYPE_NOT_ACCEPTED' | 'CONTENT_TYPE_MISMATCH' | 'CHECKSUM_MISMATCH';

/** The bytes are not what may be uploaded; no other attempt will make them so. */
export class RefusedUpload extends Error {
  override readonly name = 'RefusedUpload';
  constructor(
    readonly code: RefusalCode,
    /** For the uploader. */
    readonly detail: string,
  ) {
    super(`${code}: ${detail}`);
  }
}

const UNITS = ['GiB', 'MiB', 'KiB'] as const;

/** `5 GiB (5368709120 bytes)` */
export function bytesInWords(bytes: number): string {
  const power = UNITS.findIndex((_, index) => bytes >= 1024 ** (UNITS.length - index));
  const unit = UNITS[power];
  if (unit === undefined) return `${bytes} bytes`;
  return `${Number((bytes / 1024 ** (UNITS.length - power)).toFixed(1))} ${unit} (${bytes} bytes)`;
}

export const tooLarge = (limit: number): RefusedUpload =>
  new RefusedUpload('FILE_TOO_LARGE', `The file is larger than a file may be: ${bytesInWords(limit)}.`);
