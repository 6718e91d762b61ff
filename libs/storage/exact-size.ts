import { Transform, type TransformCallback } from 'node:stream';
import { ObjectSizeError } from './put-errors.js';

/** Passes bytes through and fails with ObjectSizeError on the first byte too many, or at the end on too few. */
export class ExactSize extends Transform {
  private received = 0;

  constructor(private readonly expected: number) {
    super();
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.received += chunk.length;
    if (this.received > this.expected) done(new ObjectSizeError(this.expected, this.received));
    else done(null, chunk);
  }

  override _flush(done: TransformCallback): void {
    done(this.received === this.expected ? null : new ObjectSizeError(this.expected, this.received));
  }
}
