import { createHash } from 'node:crypto';
import { mkdir, open, readdir, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { addAbortSignal, type Readable } from 'node:stream';
import { BatchWriter } from './batch-writer.js';
import { assertFits, boundsOf, type Bounds } from '../bounded-size.js';
import { isAbsent, onDisk, systemCode } from './disk-errors.js';
import type { WriteOptions } from '../object-store.js';
import { unlinkIfPresent } from './layout.js';

interface Filled {
  /** Hex. */
  digest: string;
  /** Bytes. */
  size: number;
}

type Algorithm = 'sha256' | 'md5';

const CANNOT_WRITE = 'an object cannot be written';

async function create(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'wx');
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
    await mkdir(dirname(path), { recursive: true });
    return open(path, 'wx');
  }
}

/** The source stays usable when the loop is left early: a request whose body was refused still wants its answer. */
async function* chunksOf(body: Readable | Buffer): AsyncGenerator<Buffer> {
  if (Buffer.isBuffer(body)) yield body;
  else
    for await (const chunk of body.iterator({ destroyOnReturn: false }))
      yield Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk);
}

/** Their hex digest and number, once the file has all the bytes. */
async function fill(file: FileHandle, body: Readable | Buffer, bounds: Bounds, algorithm: Algorithm): Promise<Filled> {
  const hash = createHash(algorithm);
  const writer = new BatchWriter(file);
  let received = 0;
  try {
    for await (const chunk of chunksOf(body)) {
      received += chunk.length;
      if (received > bounds.most) break;
      const added = onDisk(CANNOT_WRITE, () => writer.add(chunk));
      hash.update(chunk);
      await added;
    }
    assertFits(received, bounds);
    await onDisk(CANNOT_WRITE, () => writer.finish());
  } finally {
    await writer.settle();
  }
  return { digest: hash.digest('hex'), size: received };
}

/**
 * Runs work on a new file that holds these bytes, and removes the file after, whatever happened: who wants to
 * keep it gives it another name. With `durable` the bytes survive a power cut from then on.
 * @throws ObjectSizeError, StoreUnavailableError, what the source threw, or the signal's reason
 */
export async function withTempFile<T>(
  path: string,
  body: Readable | Buffer,
  options: { size: WriteOptions['size']; durable: boolean; algorithm?: Algorithm; signal?: AbortSignal },
  work: (file: Filled & { path: string }) => Promise<T>,
): Promise<T> {
  const { size, durable, algorithm = 'sha256', signal } = options;
  signal?.throwIfAborted();
  if (signal && !Buffer.isBuffer(body)) addAbortSignal(signal, body);
  // One that fails before it is read keeps its error until then; without a listener it would end the process.
  if (!Buffer.isBuffer(body)) body.on('error', () => undefined);
  const file = await onDisk(CANNOT_WRITE, () => create(path));
  try {
    let filled: Filled;
    try {
      filled = await fill(file, body, boundsOf(size), algorithm);
      if (durable) await onDisk(CANNOT_WRITE, () => file.sync());
    } finally {
      await file.close();
    }
    return await work({ path, ...filled });
  } finally {
    await unlinkIfPresent(path);
  }
}

/** Removes temporary files and folders nobody has written to for that long; says how many. */
export async function sweep(folder: string, olderThanMs: number, now = Date.now()): Promise<number> {
  let removed = 0;
  for (const name of await namesIn(folder)) {
    const path = join(folder, name);
    const age = now - (await modified(path, now));
    if (age < olderThanMs) continue;
    await rm(path, { recursive: true, force: true });
    removed += 1;
  }
  return removed;
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}

/** Milliseconds since the epoch; `otherwise` for a file that has gone meanwhile. */
async function modified(path: string, otherwise: number): Promise<number> {
  try {
    return (await stat(path)).mtimeMs;
  } catch (error) {
    if (isAbsent(error)) return otherwise;
    throw error;
  }
}
