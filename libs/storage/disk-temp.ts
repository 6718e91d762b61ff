import { createHash } from 'node:crypto';
import { mkdir, open, readdir, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { addAbortSignal, type Readable } from 'node:stream';
import { isAbsent, onDisk, systemCode } from './disk-errors.js';
import { unlinkIfPresent } from './disk-layout.js';
import { ObjectSizeError } from './put-errors.js';

async function create(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'wx');
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
    await mkdir(dirname(path), { recursive: true });
    return open(path, 'wx');
  }
}

async function append(file: FileHandle, bytes: Buffer): Promise<void> {
  for (let written = 0; written < bytes.length;)
    written += (await file.write(bytes, written, bytes.length - written)).bytesWritten;
}

/** The source stays usable when the loop is left early: a request whose body was refused still wants its answer. */
async function* chunksOf(body: Readable | Buffer): AsyncGenerator<Buffer> {
  if (Buffer.isBuffer(body)) yield body;
  else
    for await (const chunk of body.iterator({ destroyOnReturn: false }))
      yield Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk);
}

/**
 * Runs work on a new file that holds exactly these bytes and is safe from a power cut, and removes the file after,
 * whatever happened: who wants to keep it gives it another name.
 * @throws ObjectSizeError, StoreUnavailableError, what the source threw, or the signal's reason
 */
export async function withTempFile<T>(
  path: string,
  body: Readable | Buffer,
  options: { size: number; signal?: AbortSignal },
  work: (file: { path: string; sha256: string }) => Promise<T>,
): Promise<T> {
  options.signal?.throwIfAborted();
  if (options.signal && !Buffer.isBuffer(body)) addAbortSignal(options.signal, body);
  const file = await onDisk('an object cannot be written', () => create(path));
  try {
    const hash = createHash('sha256');
    let received = 0;
    try {
      for await (const chunk of chunksOf(body)) {
        received += chunk.length;
        if (received > options.size) break;
        hash.update(chunk);
        await onDisk('an object cannot be written', () => append(file, chunk));
      }
      if (received !== options.size) throw new ObjectSizeError(options.size, received);
      await onDisk('an object cannot be written', () => file.sync());
    } finally {
      await file.close();
    }
    return await work({ path, sha256: hash.digest('hex') });
  } finally {
    await unlinkIfPresent(path);
  }
}

/** Removes temporary files nobody has written to for that long; says how many. */
export async function sweep(folder: string, olderThanMs: number, now = Date.now()): Promise<number> {
  let removed = 0;
  for (const name of await namesIn(folder)) {
    const path = join(folder, name);
    const age = now - (await modified(path, now));
    if (age < olderThanMs) continue;
    await unlinkIfPresent(path);
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
