import { existsSync } from 'node:fs';
import path from 'node:path';

/** Absolute path of the built console, found upwards from this file; null where it was not built. */
export function builtConsole(from = import.meta.dirname): string | null {
  const directory = path.join(from, 'dist', 'web');
  if (existsSync(path.join(directory, 'index.html'))) return directory;
  const parent = path.dirname(from);
  return parent === from ? null : builtConsole(parent);
}
