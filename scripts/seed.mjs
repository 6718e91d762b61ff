// npm run db:seed: the first admin; with --demo or --scale, tenants with files, also in the database of a running npm start.
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { root } from './prepare/root.mjs';
import { findDatabaseUrl } from './prisma/database-url.mjs';

const PROGRAMS = { '--demo': 'dist/prisma/demo/main.js', '--scale': 'dist/prisma/scale/main.js' };

const args = process.argv.slice(2);
const which = args.find((arg) => Object.hasOwn(PROGRAMS, arg));
const program = path.join(root, which ? PROGRAMS[which] : 'dist/prisma/seed.js');
const databaseUrl = findDatabaseUrl();

if (!existsSync(program)) refuse('Nothing is built yet: run npm run build.');
else if (!databaseUrl) refuse('There is no database to fill: run npm start beside this, or set DATABASE_URL.');
else process.exitCode = run();

function run() {
  // It signs nothing, but the settings ask for secrets.
  const unused = () => randomBytes(32).toString('hex');
  const rest = args.filter((arg) => arg !== which);
  const { status } = spawnSync(process.execPath, [program, ...rest], {
    stdio: 'inherit',
    env: {
      ...process.env,
      DATABASE_URL: databaseUrl,
      DATA_DIR: path.resolve(root, process.env.DATA_DIR || '.data'),
      JWT_SECRET: process.env.JWT_SECRET || unused(),
      URL_SIGNING_SECRET: process.env.URL_SIGNING_SECRET || unused(),
    },
  });
  return status ?? 1;
}

function refuse(sentence) {
  console.error(sentence);
  process.exitCode = 1;
}
