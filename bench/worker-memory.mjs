// How much memory a worker takes at most, all of its processes together, while it works on two files at once.
//   npm run bench:memory [-- --only=jpeg,avif --skip-film]
// Writes bench/results/worker-memory.json and a table; exits 1 when a limit is exceeded. Files are made with sharp and
// ffmpeg, and go through an API, a worker and a store of their own. Linux only.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { findTools } from '#libs/media/ffmpeg/tools.js';
import { PeakMemory } from '../scripts/corpus/memory.mjs';
import { startThrowawayStack } from '../scripts/corpus/stack.mjs';
import { tryFile } from '../scripts/corpus/try-file.mjs';
import { hugeFilm } from './pictures/huge-film.mjs';
import { MAKERS, noisePhoto } from './pictures/makers.mjs';

const SIZES = [
  { name: '12 MP', width: 4000, height: 3000, limitMb: 400 },
  { name: '100 MP', width: 11_000, height: 9_000, limitMb: 900 },
];
const FILM_BYTES = 4 * 1024 ** 3;
const FILM_LIMIT_MB = 100;
const TIMEOUT_SECONDS = 300;

const { values } = parseArgs({
  options: { only: { type: 'string' }, 'skip-film': { type: 'boolean' }, sizes: { type: 'string' } },
});
/** libwebp writes no picture of that size. */
const NEVER_MADE = ['100 MP webp'];
const formats = values.only?.split(',') ?? Object.keys(MAKERS);
const sizes = SIZES.filter(({ name }) => !values.sizes || values.sizes.split(',').includes(name));

/** Two copies of a file at once, which may not be each other's duplicate. */
async function together(stack, files) {
  const memory = new PeakMemory(stack.workerPid);
  const results = await Promise.all(files.map((file) => tryFile(stack, file, TIMEOUT_SECONDS)));
  const outcomes = results.map(({ outcome, code }) => (code ? `${outcome} ${code}` : outcome));
  return {
    outcome: [...new Set(outcomes)].join(', '),
    peakMb: memory.stop(),
    parts: memory.parts,
    ms: Math.max(...results.map(({ ms }) => ms)),
  };
}

/** @returns megabytes now */
const now = (stack) => new PeakMemory(stack.workerPid).stop();

async function main() {
  const tools = await findTools({ searchPath: process.env.PATH ?? '' });
  const folder = mkdtempSync(path.join(os.tmpdir(), 'media-inbox-bench-'));
  const stack = await startThrowawayStack((text) => console.error(text));
  const rows = [];
  const record = (row) => {
    rows.push({ ...row, isKept: row.peakMb <= row.limitMb && row.outcome === 'READY' });
    const { what, outcome, peakMb, limitMb, ms, parts = [] } = row;
    console.log(
      [
        what.padEnd(18),
        String(peakMb).padStart(6),
        String(limitMb).padStart(6),
        String(ms).padStart(7),
        outcome,
        parts.join(' + '),
      ].join('  '),
    );
  };
  console.log(['two at once'.padEnd(18), '    MB', ' limit', '     ms', ''].join('  '));
  try {
    record({ what: 'at rest', limitMb: 400, ms: 0, outcome: 'READY', peakMb: now(stack) });
    for (const { name, width, height, limitMb } of sizes) {
      const photos = [1, 2].map((seed) => path.join(folder, `photo-${seed}.png`));
      for (const photo of photos) await noisePhoto(photo, width, height);
      for (const format of formats.filter((one) => !NEVER_MADE.includes(`${name} ${one}`))) {
        const files = photos.map((photo, index) => path.join(folder, `${index}.${format}`));
        for (const [index, file] of files.entries()) await MAKERS[format](photos[index], file, tools);
        record({ what: `${name} ${format}`, limitMb, ...(await together(stack, files)) });
        for (const file of files) rmSync(file);
      }
    }
    if (!values['skip-film']) {
      const before = now(stack);
      const film = path.join(folder, 'film.mp4');
      hugeFilm(film, FILM_BYTES, tools.ffmpeg, spawnSync);
      record({ what: '4 GB film', limitMb: before + FILM_LIMIT_MB, ...(await together(stack, [film])) });
    }
  } finally {
    await stack.stop();
    rmSync(folder, { recursive: true });
  }
  const results = path.join(import.meta.dirname, 'results');
  mkdirSync(results, { recursive: true });
  writeFileSync(path.join(results, 'worker-memory.json'), `${JSON.stringify(rows, null, 2)}\n`);
  process.exitCode = rows.every(({ isKept }) => isKept) ? 0 : 1;
}

await main();
