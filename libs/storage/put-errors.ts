/** Permanent: the key is taken, and a presigned PUT never overwrites. */
export class ObjectExistsError extends Error {
  override readonly name = 'ObjectExistsError';
  constructor(readonly key: string) {
    super(`there is an object at ${key} already`);
  }
}

/** Transient: another PUT of the same key is just finishing; S3 calls it ConditionalRequestConflict. */
export class ObjectBusyError extends Error {
  override readonly name = 'ObjectBusyError';
  constructor(readonly key: string) {
    super(`another upload to ${key} is being finished`);
  }
}

/** Permanent: the bytes are not as many as were announced. */
export class ObjectSizeError extends Error {
  override readonly name = 'ObjectSizeError';
  constructor(
    readonly expected: number,
    /** Bytes seen when it was clear; more may have followed. */
    readonly received: number,
  ) {
    super(`expected ${expected} bytes and received ${received > expected ? 'more' : `only ${received}`}`);
  }
}

/** Permanent: the bytes do not have the hash that was announced. */
export class ObjectChecksumError extends Error {
  override readonly name = 'ObjectChecksumError';
  constructor(
    /** Hex. */
    readonly expected: string,
    /** Hex. */
    readonly actual: string,
    readonly algorithm: 'SHA-256' | 'MD5' = 'SHA-256',
  ) {
    super(`expected ${algorithm} ${expected} and received ${actual}`);
  }
}
