// Sends every file of a folder through a real API, worker and store of its own, and tells what became of each.
//   npm run corpus -- DIR [--json FILE] [--timeout SECONDS]
// Exits 1 when a file hung, took the worker down, lacks a picture that it should have, or failed without a reason.
import { existsSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { judge } from './judge.mjs';
import { heading, line, summary } from './report.mjs';
import { startThrowawayStack } from './stack.mjs';
import { tryFile } from './try-file.mjs';
import { filesBelow } from './walk.mjs';

const USAGE = 'usage: npm run corpus -- DIR [--json FILE] [--timeout SECONDS]';

/** Longer than a job may take: what has not ended by then never does. */
const TIMEOUT_SECONDS = 360;

async function main() {
  const { folder, json, timeoutSeconds } = readOptions();
  const files = filesBelow(folder);
  if (files.length === 0) throw new Error(`There are no files in ${folder}.`);
  const stack = await startThrowawayStack((text) => console.error(text));
  const stop = () => void stack.stop().finally(() => process.exit(130));
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, stop);
  try {
    console.log(heading());
    const rows = [];
    for (const file of files) {
      const row = { file, ...(await tryFile(stack, path.join(folder, file), timeoutSeconds)) };
      row.problems = await judge(stack, row);
      rows.push(row);
      console.log(line(row));
    }
    const left = await stack.tempFilesLeft();
    console.log(summary(rows, left));
    if (json) writeFileSync(json, `${JSON.stringify(rows, null, 2)}\n`);
    return left.length > 0 || rows.some(({ problems }) => problems.length > 0) ? 1 : 0;
  } finally {
    await stack.stop();
  }
}

function readOptions() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { json: { type: 'string' }, timeout: { type: 'string', default: String(TIMEOUT_SECONDS) } },
  });
  const [folder, ...more] = positionals;
  const timeoutSeconds = Number(values.timeout);
  if (folder === undefined || more.length > 0 || !(timeoutSeconds > 0)) throw new Error(USAGE);
  if (!existsSync(folder) || !statSync(folder).isDirectory()) throw new Error(`${folder} is no folder. ${USAGE}`);
  return { folder, json: values.json, timeoutSeconds };
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error.message);
  process.exitCode = 2;
}
