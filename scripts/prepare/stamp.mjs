import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './root.mjs';

const directory = path.join(root, 'node_modules', '.cache', 'media-inbox');

/** Remembers from which inputs a step was last completed. */
export class Stamp {
  constructor(name) {
    this.file = path.join(directory, name);
  }

  /** @param fingerprint as made by fingerprintOf() */
  matches(fingerprint) {
    try {
      return readFileSync(this.file, 'utf8') === fingerprint;
    } catch (error) {
      if (error.code === 'ENOENT') return false;
      throw error;
    }
  }

  /** Before the step begins: one that is interrupted must not pass for done. */
  clear() {
    rmSync(this.file, { force: true });
  }

  set(fingerprint) {
    mkdirSync(directory, { recursive: true });
    writeFileSync(this.file, fingerprint);
  }
}

/**
 * SHA-256 over names and contents, hex.
 *
 * @param files relative to the project's folder; a missing one counts as such
 */
export function fingerprintOf(files) {
  const hash = createHash('sha256');
  for (const file of [...files].sort()) {
    const bytes = readIfThere(path.join(root, file));
    hash.update(`${file}\0${bytes?.length ?? 'missing'}\0`);
    if (bytes) hash.update(bytes);
  }
  return hash.digest('hex');
}

function readIfThere(file) {
  try {
    return readFileSync(file);
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    throw error;
  }
}

/** Files below a folder, relative to the project's folder; none when there is no such folder. */
export function filesBelow(folder, matches) {
  let entries;
  try {
    entries = readdirSync(path.join(root, folder), { withFileTypes: true });
  } catch (error) {
    if (error.code === 'ENOENT') return [];
    throw error;
  }
  return entries.flatMap((entry) => {
    const file = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : filesBelow(file, matches);
    return matches(file) ? [file] : [];
  });
}
