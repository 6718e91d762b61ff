import { existsSync } from 'node:fs';
import path from 'node:path';

/**
 * Absolute path of prisma/migrations, found upwards from this file: it runs as libs/database/*.ts under test, as
 * dist/libs/database/*.js elsewhere, and from any working directory.
 */
export function migrationsDirectory(from = import.meta.dirname): string {
  const directory = path.join(from, 'prisma', 'migrations');
  if (existsSync(directory)) return directory;
  const parent = path.dirname(from);
  if (parent === from) throw new Error(`No prisma/migrations above ${import.meta.dirname}: ship it beside dist/.`);
  return migrationsDirectory(parent);
}
