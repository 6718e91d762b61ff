// The Prisma CLI, offline: `node scripts/prisma.mjs generate | migrate dev | migrate status | studio | …`
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { findDatabaseUrl } from './prisma/database-url.mjs';

const cli = fileURLToPath(new URL('../node_modules/prisma/build/index.js', import.meta.url));
const schemaEngine = fileURLToPath(new URL('./schema-engine.mjs', import.meta.url));
const databaseUrl = findDatabaseUrl();

const { status } = spawnSync(process.execPath, [cli, ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: {
    ...process.env,
    ...(databaseUrl && { DATABASE_URL: databaseUrl }),
    PRISMA_SCHEMA_ENGINE_BINARY: schemaEngine,
    PRISMA_HIDE_UPDATE_MESSAGE: '1',
    CHECKPOINT_DISABLE: '1',
  },
});
process.exitCode = status ?? 1;
