import type { FileHandle } from 'node:fs/promises';

/** Bytes that go to the disk in one call; 64 KiB, as sockets give them, cost twice the time. */
const BATCH = 512 * 1024;

/** Writes one batch while the next is being filled and hashed: never more than two are in memory. */
export class BatchWriter {
  private batch: Buffer[] = [];
  private bytes = 0;
  private underWay: Promise<void> = Promise.resolve();
  private failure: { error: unknown } | null = null;

  constructor(private readonly file: FileHandle) {}

  async add(chunk: Buffer): Promise<void> {
    this.batch.push(chunk);
    this.bytes += chunk.length;
    if (this.bytes >= BATCH) await this.flush();
  }

  /** Resolves when the disk has all but the last batch; a failure is thrown by the next call. */
  async flush(): Promise<void> {
    await this.underWay;
    if (this.failure) throw this.failure.error;
    const batch = this.batch;
    [this.batch, this.bytes] = [[], 0];
    this.underWay = writeAll(this.file, batch).catch((error: unknown) => {
      this.failure = { error };
    });
  }

  /** Resolves when the disk has everything. */
  async finish(): Promise<void> {
    await this.flush();
    await this.flush();
  }

  /** Resolves when the file is no longer written to. */
  async settle(): Promise<void> {
    await this.underWay;
  }
}

async function writeAll(file: FileHandle, batch: Buffer[]): Promise<void> {
  let left = batch.filter((chunk) => chunk.length > 0);
  while (left.length > 0) left = behind(left, (await file.writev(left)).bytesWritten);
}

/** What of the chunks comes after so many bytes. */
function behind(chunks: Buffer[], bytes: number): Buffer[] {
  let skip = bytes;
  const first = chunks.findIndex((chunk) => {
    if (skip < chunk.length) return true;
    skip -= chunk.length;
    return false;
  });
  if (first < 0) return [];
  return chunks.slice(first).map((chunk, index) => (index === 0 ? chunk.subarray(skip) : chunk));
}
