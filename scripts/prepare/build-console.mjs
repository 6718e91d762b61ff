import { existsSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { root } from './root.mjs';
import { run } from './run.mjs';
import { filesBelow, fingerprintOf, Stamp } from './stamp.mjs';

const SOURCES = 'apps/web';
const TYPES = `${SOURCES}/src/api/generated/schema.d.ts`;
const OUTPUT = path.join(root, 'dist/web');
const UNFINISHED = path.join(root, 'dist/web.next');

/** Builds the console, and the types of the API that it is checked against, when what they are made of has changed. */
export function buildConsole(say) {
  generateTypes(say);
  const stamp = new Stamp('console');
  const sources = filesBelow(SOURCES, (file) => !file.endsWith('schema.d.ts'));
  const fingerprint = fingerprintOf([...sources, 'package-lock.json']);
  if (stamp.matches(fingerprint) && existsSync(path.join(OUTPUT, 'index.html'))) return;
  say('building the console');
  stamp.clear();
  run('The build of the console', process.execPath, ['node_modules/vite/bin/vite.js', 'build', SOURCES]);
  // A server that is running goes on with the old page until the new one is whole.
  rmSync(OUTPUT, { recursive: true, force: true });
  renameSync(UNFINISHED, OUTPUT);
  stamp.set(fingerprint);
}

/** The typed client's types; never edited, nor kept in git, so that they cannot differ from openapi.json. */
function generateTypes(say) {
  const stamp = new Stamp('console-types');
  const fingerprint = fingerprintOf(['openapi.json', 'node_modules/openapi-typescript/package.json']);
  if (stamp.matches(fingerprint) && existsSync(path.join(root, TYPES))) return;
  say('generating the types of the API');
  stamp.clear();
  const program = 'node_modules/openapi-typescript/bin/cli.js';
  run('openapi-typescript', process.execPath, [program, 'openapi.json', '-o', TYPES, '--default-non-nullable=false']);
  stamp.set(fingerprint);
}
