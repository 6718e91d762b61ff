// The Prisma CLI, offline: `node scripts/prisma.mjs generate | migrate dev | migrate status | studio | …`
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { findDatabaseUrl, studioEnvironment } from './prisma/database-url.mjs';

const cli = fileURLToPath(new URL('../node_modules/prisma/build/index.js', import.meta.url));
const schemaEngine = fileURLToPath(new URL('./schema-engine.mjs', import.meta.url));
const databaseUrl = findDatabaseUrl();
const [command] = process.argv.slice(2);

const NEED_A_DATABASE = ['migrate', 'db', 'studio'];
if (!databaseUrl && NEED_A_DATABASE.includes(command)) {
  console.error('There is no database: run npm start in another terminal, or set DATABASE_URL.');
  process.exit(1);
}

const { status } = spawnSync(process.execPath, [cli, ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: {
    ...process.env,
    ...(databaseUrl && (command === 'studio' ? studioEnvironment(databaseUrl) : { DATABASE_URL: databaseUrl })),
    PRISMA_SCHEMA_ENGINE_BINARY: schemaEngine,
    PRISMA_HIDE_UPDATE_MESSAGE: '1',
    CHECKPOINT_DISABLE: '1',
  },
});
process.exitCode = status ?? 1;
