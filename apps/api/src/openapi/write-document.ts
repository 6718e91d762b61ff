import 'reflect-metadata';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildDocument } from './build-document.js';
import { differences, type Described } from './compare-documents.js';

/** From dist/apps/api/src/openapi to the root of the repository. */
const FILE = fileURLToPath(new URL('../../../../../openapi.json', import.meta.url));
const LINES_SHOWN = 20;

/** Writes openapi.json; with --check only says whether the file is what would be written. */
async function main(): Promise<void> {
  // Through JSON: what is undefined is not in the file either.
  const text = `${JSON.stringify(await buildDocument(), null, 2)}\n`;
  if (!process.argv.includes('--check')) {
    writeFileSync(FILE, text);
    console.log(`Written: ${FILE}`);
    return;
  }
  const committed = existsSync(FILE) ? readFileSync(FILE, 'utf8') : '{}';
  if (committed === text) {
    console.log('openapi.json describes the API as it is.');
    return;
  }
  const changes = differences(JSON.parse(committed) as Described, JSON.parse(text) as Described);
  console.error('openapi.json does not describe the API as it is: run npm run openapi and commit the file.');
  for (const line of changes.slice(0, LINES_SHOWN)) console.error(`  ${line}`);
  if (changes.length > LINES_SHOWN) console.error(`  and ${changes.length - LINES_SHOWN} more`);
  if (changes.length === 0) console.error('  only its order or layout differs');
  process.exitCode = 1;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
