import { readdir, stat } from 'node:fs/promises';
import type { Dirent } from 'node:fs';
import { join } from 'node:path';
import { isAbsent } from './disk-errors.js';
import type { ObjectSummary } from '../object-store.js';

/** A folder sorts as S3 sorts the keys in it: by name and slash. */
const order = (entry: Dirent) => (entry.isDirectory() ? `${entry.name}/` : entry.name);

async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.sort((a, b) => (order(a) < order(b) ? -1 : 1));
  } catch (error) {
    // Pruned while we walk: there is nothing in it.
    if (isAbsent(error)) return [];
    throw error;
  }
}

async function summary(path: string, key: string): Promise<ObjectSummary | null> {
  try {
    const { size, mtime } = await stat(path);
    return { key, size, lastModified: mtime };
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
}

/** Files below a folder whose path from it begins with a prefix, in the order of S3 (by bytes of the key). */
export async function* walk(root: string, prefix: string, below = ''): AsyncGenerator<ObjectSummary> {
  for (const entry of await entriesOf(join(root, below))) {
    const key = below + entry.name;
    if (entry.isDirectory()) {
      const inside = `${key}/`;
      if (inside.startsWith(prefix) || prefix.startsWith(inside)) yield* walk(root, prefix, inside);
    } else if (entry.isFile() && key.startsWith(prefix)) {
      const found = await summary(join(root, key), key);
      if (found) yield found;
    }
  }
}
