// What a photo costs in CPU time, against sharp alone making the same pictures, in the same run.
//   npm run bench:photo [-- --rounds=20 --limit=1.15]
// ours: the decoder's process of a worker, from the task to its answer: limits, sniffing, EXIF, two WebPs, ThumbHash, colour.
// bare: one decode and the two WebPs. They take turns, each in a process that is warm. A decode is a third of it all: whoever did
// that twice would be far above the limit. Writes bench/results/photo-cpu.json; exits 1 above the limit. Linux only.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { MediaSandbox } from '#libs/media/sandbox/media-sandbox.js';
import { MAKERS, noisePhoto } from './pictures/makers.mjs';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '20' }, limit: { type: 'string', default: '1.15' } },
});
const rounds = Number(values.rounds);
const WARM_UPS = 3;

/** Seconds of CPU that a process has had with all of its threads (proc(5): hundredths). */
function cpuOf(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

const folder = mkdtempSync(path.join(os.tmpdir(), 'bench-photo-'));
const sandbox = new MediaSandbox({ size: 1 });
const bare = fork(path.join(import.meta.dirname, 'pictures/bare-sharp.mjs'), {
  env: { MALLOC_ARENA_MAX: '1', MALLOC_TRIM_THRESHOLD_: '1048576', MALLOC_MMAP_THRESHOLD_: '262144' },
});
try {
  const photo = path.join(folder, 'photo.png');
  const input = path.join(folder, 'photo.jpg');
  await noisePhoto(photo, 4000, 3000);
  await MAKERS.jpg(photo, input);
  const task = {
    ...{ input, mime: 'image/jpeg', outputDir: folder, thumbnailEdge: 320, previewEdge: 1440 },
    limits: { maxPixels: 100_000_000 },
  };
  const ways = {
    ours: { pid: () => sandbox.pids[0], run: () => sandbox.run(task) },
    bare: {
      pid: () => bare.pid,
      run: () => {
        bare.send(task);
        return once(bare, 'message');
      },
    },
  };
  const spent = { ours: 0, bare: 0 };
  for (let round = -WARM_UPS; round < rounds; round++)
    for (const [name, { pid, run }] of Object.entries(ways)) {
      const before = round < 0 ? null : cpuOf(pid());
      await run();
      if (before !== null) spent[name] += cpuOf(pid()) - before;
    }
  const milliseconds = Object.fromEntries(
    Object.entries(spent).map(([name, seconds]) => [name, Math.round((seconds / rounds) * 1000)]),
  );
  const ratio = Number((spent.ours / spent.bare).toFixed(3));
  console.log(`12 MP JPEG, ms of CPU: ours ${milliseconds.ours}, sharp alone ${milliseconds.bare}`);
  console.log(`ratio ${ratio}, at most ${values.limit}`);
  const results = path.join(import.meta.dirname, 'results');
  mkdirSync(results, { recursive: true });
  writeFileSync(path.join(results, 'photo-cpu.json'), `${JSON.stringify({ rounds, ratio, milliseconds }, null, 2)}\n`);
  process.exitCode = ratio <= Number(values.limit) ? 0 : 1;
} finally {
  bare.disconnect();
  await sandbox.close();
  rmSync(folder, { recursive: true });
}
