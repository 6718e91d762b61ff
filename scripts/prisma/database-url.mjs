import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import path from 'node:path';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** DATABASE_URL, else the address of the embedded database of a running `npm start`, else undefined. */
export function findDatabaseUrl(environment = process.env) {
  if (environment.DATABASE_URL) return environment.DATABASE_URL;
  const file = path.resolve(root, environment.DATA_DIR || '.data', 'runtime.json');
  try {
    return JSON.parse(readFileSync(file, 'utf8')).databaseUrl;
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Prisma Studio's driver, postgres.js, knows a socket's folder only from PGHOST, and only when the URL has no host. */
export function studioEnvironment(databaseUrl) {
  const url = new URL(databaseUrl);
  const folder = url.searchParams.get('host');
  if (!folder) return { DATABASE_URL: databaseUrl };
  const [PGUSERNAME, PGPASSWORD] = [url.username, url.password].map(decodeURIComponent);
  return { DATABASE_URL: `${url.protocol}//${url.pathname}`, PGHOST: folder, PGUSERNAME, PGPASSWORD };
}
