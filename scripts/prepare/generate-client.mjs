import { existsSync } from 'node:fs';
import path from 'node:path';
import { root } from './root.mjs';
import { run } from './run.mjs';
import { fingerprintOf, Stamp } from './stamp.mjs';

const SOURCES = ['prisma/schema.prisma', 'prisma.config.ts', 'node_modules/prisma/package.json'];
const OUTPUT = 'libs/database/generated/client.ts';

/** Generates the Prisma client when its schema, or Prisma itself, has changed. */
export function generateClient(say) {
  const stamp = new Stamp('prisma-client');
  const fingerprint = fingerprintOf(SOURCES);
  if (stamp.matches(fingerprint) && existsSync(path.join(root, OUTPUT))) return;
  say('generating the Prisma client');
  stamp.clear();
  run('prisma generate', process.execPath, ['scripts/prisma.mjs', 'generate']);
  stamp.set(fingerprint);
}
