// Makes every fault against real processes and services, and shows what became of the uploads that ran meanwhile.
//   npm run test:reliability -- [--backend postgres|postgres-s3|redis|both] [--short] [--fault 1,2,9,floods] [--soak MINUTES]
//     [-- JEST_OPTION…]
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { tables } from './table.mjs';

const root = path.resolve(import.meta.dirname, '../..');
const USAGE =
  'usage: npm run test:reliability -- [--backend postgres|postgres-s3|redis|both] [--short] [--fault 1,2,9,floods] [--soak MINUTES] [-- JEST_OPTION…]';
const BACKENDS = ['postgres', 'postgres-s3', 'redis'];
/** Minutes for which locks are watched in a full run. */
const SOAK_MINUTES = 10;

function readOptions() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      backend: { type: 'string', default: 'both' },
      short: { type: 'boolean', default: false },
      fault: { type: 'string', default: '' },
      soak: { type: 'string' },
    },
  });
  // What S3 alone can suffer is made on PostgreSQL's queue as well when everything is made.
  const both = values.short || values.fault !== '' ? ['postgres', 'redis'] : BACKENDS;
  const backends = values.backend === 'both' ? both : [values.backend];
  if (!backends.every((name) => BACKENDS.includes(name))) throw new Error(USAGE);
  return {
    ...values,
    jestOptions: positionals,
    backends,
    soak: values.soak ?? String(values.short ? 0 : SOAK_MINUTES),
  };
}

/** Programs that come with no npm package; redis and ceph are seen to by run.sh. */
function installPrograms() {
  const script = 'source scripts/services/lib.sh; need_programs faketime faketime';
  execFileSync('bash', ['-c', script], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
}

async function runJest({ backends, short, fault, soak, jestOptions }, rows) {
  const jest = [
    'jest',
    '--selectProjects',
    'reliability',
    '--runInBand',
    '--forceExit',
    '--verbose',
    ...jestOptions,
    '--',
  ];
  // Numbers of faults alone, or floods alone, leave the others out.
  const wanted = fault.split(',').filter(Boolean);
  const faults = wanted.length === 0 || wanted.some((one) => one !== 'floods') ? backends : [];
  // What they assert of a neighbour's waiting time wants a machine of its own.
  const floods = wanted.includes('floods') || (wanted.length === 0 && !short) ? ['floods'] : [];
  const files = [...faults, ...floods].map((name) => `tests/reliability/${name}.spec.ts`);
  const needsServices = faults.some((name) => name !== 'postgres');
  const command = needsServices
    ? ['bash', 'scripts/services/run.sh', ...jest, ...files]
    : ['npx', '--no-install', ...jest, ...files];
  const environment = {
    RELIABILITY_ROWS: rows,
    RELIABILITY_SHORT: short ? '1' : '0',
    RELIABILITY_FAULTS: fault,
    RELIABILITY_SOAK_MINUTES: soak,
  };
  const child = spawn(command[0], command.slice(1), {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...environment },
  });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  const [code] = await once(child, 'exit');
  return code ?? 1;
}

async function main() {
  const options = readOptions();
  installPrograms();
  const directory = mkdtempSync(path.join(os.tmpdir(), 'media-inbox-reliability-'));
  const rows = path.join(directory, 'rows');
  writeFileSync(rows, '');
  try {
    process.exitCode = await runJest(options, rows);
    const lines = readFileSync(rows, 'utf8').split('\n').filter(Boolean);
    console.log(tables(lines.map((line) => JSON.parse(line))));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
