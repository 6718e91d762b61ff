import { readdirSync } from 'node:fs';
import path from 'node:path';

/** The regular files below a folder, relative to it, sorted; links are not followed, hidden files are files. */
export const filesBelow = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();
