import { randomUUID } from 'node:crypto';
import type { Stats } from 'node:fs';
import { link, mkdir, open, readFile, rename, rmdir, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isAbsent, systemCode } from './disk-errors.js';
import { assertObjectKey } from '../object-key.js';

/** What is kept of an object beside its bytes. */
export interface DiskMeta {
  contentType: string;
  /** Hex. */
  sha256: string;
  /** Bytes; tells a record apart from one of the bytes that were here before. */
  size: number;
}

/** How often to make a folder again that a delete has pruned in between; each takes a delete that comes just then. */
const PRUNE_RACES = 100;

/** Where things are below the root of a disk store, and the steps that keep them whole. */
export class DiskLayout {
  readonly data: string;
  private readonly metaRoot: string;
  /** Of objects that arrive in parts. */
  readonly parts: string;
  readonly temp: string;

  constructor(root: string) {
    this.data = join(root, 'data');
    this.metaRoot = join(root, 'meta');
    this.parts = join(root, 'parts');
    this.temp = join(root, 'tmp');
  }

  /** @throws InvalidObjectKeyError */
  dataPath(key: string): string {
    assertObjectKey(key);
    return join(this.data, key);
  }

  /** @throws InvalidObjectKeyError */
  metaPath(key: string): string {
    assertObjectKey(key);
    return join(this.metaRoot, `${key}.json`);
  }

  /** A folder. @throws InvalidObjectKeyError */
  partsPath(key: string, id: string): string {
    assertObjectKey(key);
    return join(this.parts, key, id);
  }

  newTempPath(): string {
    return join(this.temp, randomUUID());
  }

  /** null when there is none, when it cannot be read, or when it is of other bytes. */
  async readMeta(key: string, size: number): Promise<DiskMeta | null> {
    try {
      const meta: unknown = JSON.parse(await readFile(this.metaPath(key), 'utf8'));
      return isMeta(meta) && meta.size === size ? meta : null;
    } catch (error) {
      // A half-written record is possible after a power cut; the object itself is whole.
      if (isAbsent(error) || error instanceof SyntaxError) return null;
      throw error;
    }
  }

  /** Gives a finished file a second name, which must be free: EEXIST otherwise. */
  place(from: string, to: string): Promise<void> {
    return intoFolder(to, () => link(from, to));
  }

  /** Gives a finished file another name, in the place of what had it. */
  replace(from: string, to: string): Promise<void> {
    return intoFolder(to, () => rename(from, to));
  }

  /** Removes a file and the folders that are empty without it; an absent file is no error. */
  async remove(path: string): Promise<void> {
    await unlinkIfPresent(path);
    const roots = [this.data, this.metaRoot, this.parts, this.temp];
    for (let folder = dirname(path); !roots.includes(folder); folder = dirname(folder))
      if (!(await removeIfEmpty(folder))) return;
  }
}

function isMeta(value: unknown): value is DiskMeta {
  if (typeof value !== 'object' || value === null) return false;
  const { contentType, sha256, size } = value as Partial<Record<keyof DiskMeta, unknown>>;
  return typeof contentType === 'string' && typeof sha256 === 'string' && typeof size === 'number';
}

async function intoFolder(path: string, step: () => Promise<void>): Promise<void> {
  for (let race = 0; ; race += 1) {
    try {
      // Finds nothing as well when a folder above is pruned while it works.
      if (race > 0) await mkdir(dirname(path), { recursive: true });
      return await step();
    } catch (error) {
      if (systemCode(error) !== 'ENOENT' || race === PRUNE_RACES) throw error;
    }
  }
}

/** Makes a rename or link survive a power cut: the folder is a file of its own to the disk. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** null when there is no such file, or when it is a folder. */
export async function statFile(path: string): Promise<Stats | null> {
  try {
    const found = await stat(path);
    return found.isFile() ? found : null;
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
}

export async function unlinkIfPresent(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if (!isAbsent(error)) throw error;
  }
}

async function removeIfEmpty(folder: string): Promise<boolean> {
  try {
    await rmdir(folder);
    return true;
  } catch (error) {
    if (['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(systemCode(error) ?? '')) return false;
    throw error;
  }
}
