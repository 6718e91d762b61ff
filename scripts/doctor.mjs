// npm run doctor: compares the object store with the database, also those of a running `npm start`.
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { root } from './prepare/root.mjs';
import { findDatabaseUrl } from './prisma/database-url.mjs';

const COULD_NOT_RUN = 2;
const program = path.join(root, 'dist/apps/worker/src/doctor/main.js');
const databaseUrl = findDatabaseUrl();

if (!existsSync(program)) refuse('Nothing is built yet: run npm run build.');
else if (!databaseUrl) refuse('There is no database to ask: run npm start beside this, or set DATABASE_URL.');
else process.exitCode = run();

function run() {
  // It signs nothing, but the settings ask for secrets.
  const unused = () => randomBytes(32).toString('hex');
  const { status } = spawnSync(process.execPath, [program, ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: {
      ...process.env,
      DATABASE_URL: databaseUrl,
      DATA_DIR: path.resolve(root, process.env.DATA_DIR || '.data'),
      JWT_SECRET: process.env.JWT_SECRET || unused(),
      URL_SIGNING_SECRET: process.env.URL_SIGNING_SECRET || unused(),
    },
  });
  return status ?? COULD_NOT_RUN;
}

function refuse(sentence) {
  console.error(sentence);
  process.exitCode = COULD_NOT_RUN;
}
