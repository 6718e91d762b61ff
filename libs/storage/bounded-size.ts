import { Transform, type TransformCallback } from 'node:stream';
import type { WriteOptions } from './object-store.js';
import { ObjectSizeError } from './put-errors.js';

/** How many bytes a body may have. */
export interface Bounds {
  least: number;
  most: number;
}

export const boundsOf = (size: WriteOptions['size']): Bounds =>
  typeof size === 'number' ? { least: size, most: size } : { least: 0, most: size.atMost };

/** @throws ObjectSizeError */
export function assertFits(bytes: number, { least, most }: Bounds): void {
  if (bytes > most) throw new ObjectSizeError(most, bytes);
  if (bytes < least) throw new ObjectSizeError(least, bytes);
}

/** Passes bytes through and fails with ObjectSizeError on the first byte too many, or at the end on too few. */
export class BoundedSize extends Transform {
  private received = 0;

  constructor(private readonly bounds: Bounds) {
    super();
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.received += chunk.length;
    const { most } = this.bounds;
    if (this.received > most) done(new ObjectSizeError(most, this.received));
    else done(null, chunk);
  }

  override _flush(done: TransformCallback): void {
    const { least } = this.bounds;
    done(this.received >= least ? null : new ObjectSizeError(least, this.received));
  }
}
