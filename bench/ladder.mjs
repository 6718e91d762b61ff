// What the streams of a film cost, against ffmpeg alone doing the same, in the same run.
//   npm run bench:ladder [-- --rounds=4 --preset=veryfast --size=1920x1080 --seconds=20 --long=125]
// ours: from looking at the file to the last segment in the store, with storyboard and preview.
// one command: one bare ffmpeg that makes the same renditions as MP4s, and nothing else. apart: one ffmpeg a rendition.
// The three take turns, so that whatever else the machine does hits them alike. Last, the film goes its whole way, from
// complete to the first stream that can be watched and to the last, by an API and a worker. Writes bench/results/ladder.json.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { findTools } from '#libs/media/ffmpeg/tools.js';
import { MediaSandbox } from '#libs/media/sandbox/media-sandbox.js';
import { memoryOf } from '#libs/media/sandbox/memory.js';
import { planRuns } from '#libs/media/video/ladder/plan.js';
import { readSource } from '#libs/media/video/ladder/source.js';
import { DiskObjectStore } from '#libs/storage/disk/disk-store.js';
import { RunUploads } from '../dist/apps/worker/src/transcode-video/work-on-run.js';
import { throughTheWorker } from './watchable.mjs';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '4' },
    preset: { type: 'string', default: 'veryfast' },
    size: { type: 'string', default: '1920x1080' },
    seconds: { type: 'string', default: '20' },
    long: { type: 'string', default: '125' },
  },
});
const rounds = Number(values.rounds);
const { preset } = values;

/** A short film gets all renditions from one decode; a long one its lowest first. */
const FILMS = {
  short: { size: values.size, seconds: Number(values.seconds) },
  ...(values.long === '0' ? {} : { long: { size: '854x480', seconds: Number(values.long) } }),
};
const MIME = 'video/mp4';
const NICENESS = 10;
const TIMEOUT_MS = 1_800_000;

const run = promisify(execFile);
const tools = await findTools({ searchPath: '' });
const folder = await mkdtemp(path.join(os.tmpdir(), 'bench-ladder-'));
/** As willing to give way as the worker's, or a busy machine would decide; resolves with its seconds of CPU. */
async function ffmpeg(...args) {
  const told = [tools.ffmpeg, '-hide_banner', '-nostdin', '-loglevel', 'error', '-y', ...args];
  const { stdout } = await run('nice', ['-n', String(NICENESS), 'sh', '-c', '"$@"; times', 'sh', ...told]);
  const [minutes = 0, seconds = 0, ...system] = (stdout.trim().split('\n').at(-1) ?? '').split(/m|s ?/).map(Number);
  return minutes * 60 + seconds + (system[0] ?? 0) * 60 + (system[1] ?? 0);
}

/** Seconds of CPU that a process and all that it has waited for have had (proc(5): in hundredths). */
async function cpuOf(pid) {
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1].split(' ');
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / 100;
}
const secondsOf = async (work) => {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
};

async function makeFilm(name, { size, seconds }) {
  const file = path.join(folder, `${name}.mp4`);
  const pictures = `testsrc2=s=${size}:r=30:d=${seconds},noise=alls=12:allf=t`;
  const encoder = ['-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '20', '-g', '250', '-pix_fmt', 'yuv420p'];
  await ffmpeg(
    '-f',
    'lavfi',
    '-i',
    pictures,
    '-f',
    'lavfi',
    '-i',
    `sine=d=${seconds}`,
    ...encoder,
    '-c:a',
    'aac',
    file,
  );
  return file;
}

let names = 0;
async function freshFolder() {
  const made = path.join(folder, `run-${names++}`);
  await mkdir(made);
  return made;
}

/** As the worker does it, without the rows. */
async function ours(input, figures) {
  const root = await freshFolder();
  const store = new DiskObjectStore({ root, publicUrl: 'http://localhost', secret: 's'.repeat(32) });
  const sandbox = new MediaSandbox({ size: 1 });
  const { signal } = new AbortController();
  const watch = setInterval(async () => {
    const used = (await Promise.all(sandbox.pids.map(memoryOf))).reduce((sum, bytes = 0) => sum + bytes, 0);
    figures.peakBytes = Math.max(figures.peakBytes, used);
  }, 200);
  const seconds = await secondsOf(async () => {
    const task = { input, mime: MIME, outputDir: await freshFolder() };
    const source = await readSource(tools, { ...task, limits: { maxPixels: 1e8 } });
    for (const ladder of planRuns(source, new Set())) {
      const outputDir = await freshFolder();
      const place = { store, folder: outputDir, keyOf: (file) => `t/a/1/hls/${file}`, signal, stallMs: TIMEOUT_MS };
      const uploads = new RunUploads(place, ladder);
      const options = { timeoutMs: TIMEOUT_MS };
      const encoding = sandbox.run({ ...task, outputDir, ladder, tools, preset, ...options }, options);
      await uploads.during(
        encoding,
        () => Promise.resolve(),
        (reason) => Promise.reject(reason),
      );
      const made = uploads.finish();
      while (!(await made.next()).done);
    }
  });
  clearInterval(watch);
  const cpu = (await Promise.all(sandbox.pids.map(cpuOf))).reduce((sum, one) => sum + one, 0);
  await sandbox.close();
  return { seconds, cpu };
}

/** What makes one rendition of a picture, as the worker has it. */
const encoder = ({ bitrate, maxrate }) => [
  ...['-c:v', 'libx264', '-preset', preset, '-profile:v', 'high', '-b:v', bitrate, '-maxrate', maxrate],
  ...['-bufsize', 2 * bitrate, '-force_key_frames', 'expr:gte(t,n_forced*4)', '-sc_threshold', 0, '-g', 240],
];
const sound = ['-map', '0:a', '-c:a', 'copy'];

async function oneCommand(input, rungs) {
  const out = await freshFolder();
  const split = `[0:v]split=${rungs.length}${rungs.map(({ kind }) => `[${kind}-in]`).join('')}`;
  const scaled = rungs.map(({ kind, width, height }) => `[${kind}-in]scale=${width}:${height}[${kind}]`);
  const outputs = rungs.flatMap((rung) => ['-map', `[${rung.kind}]`, ...encoder(rung), `${out}/${rung.kind}.mp4`]);
  const args = ['-i', input, '-filter_complex', [split, ...scaled].join(';'), ...outputs, ...sound, `${out}/sound.mp4`];
  let cpu = 0;
  const seconds = await secondsOf(async () => (cpu = await ffmpeg(...args.map(String))));
  return { seconds, cpu };
}

async function apart(input, rungs) {
  const out = await freshFolder();
  let cpu = 0;
  const seconds = await secondsOf(async () => {
    for (const rung of rungs) {
      const { kind, width, height } = rung;
      const args = [
        '-i',
        input,
        '-map',
        '0:v',
        '-vf',
        `scale=${width}:${height}`,
        ...encoder(rung),
        `${out}/${kind}.mp4`,
      ];
      cpu += await ffmpeg(...args.map(String));
    }
    cpu += await ffmpeg('-i', input, ...sound, `${out}/sound.mp4`);
  });
  return { seconds, cpu };
}

const least = (list) => Number(Math.min(...list).toFixed(2));
const share = (one, other) => Number((one / other).toFixed(3));
const results = {};
try {
  for (const [name, film] of Object.entries(FILMS)) {
    const input = await makeFilm(name, film);
    const limits = { maxPixels: 1e8 };
    const source = await readSource(tools, { input, mime: MIME, outputDir: folder, limits });
    const rungs = planRuns(source, new Set()).flatMap((ladder) => ladder.rungs);
    const figures = { peakBytes: 0 };
    const times = { ours: [], oneCommand: [], apart: [] };
    for (let round = 0; round < rounds; round++) {
      times.oneCommand.push(await oneCommand(input, rungs));
      times.ours.push(await ours(input, figures));
      times.apart.push(await apart(input, rungs));
    }
    const of = (what) => Object.fromEntries(Object.entries(times).map(([way, all]) => [way, least(all.map(what))]));
    const [wall, cpu] = [of(({ seconds }) => seconds), of((one) => one.cpu)];
    results[name] = {
      film: `${film.size}, ${film.seconds} s, ${rungs.length} renditions`,
      ...wall,
      wallOverOneCommand: share(wall.ours, wall.oneCommand),
      cpuOverOneCommand: share(cpu.ours, cpu.oneCommand),
      wallOverApart: share(wall.ours, wall.apart),
      ...(await throughTheWorker(input, preset)),
      peakMB: Math.round(figures.peakBytes / 1024 ** 2),
    };
  }
} finally {
  await rm(folder, { recursive: true });
}
const machine = { cpus: os.cpus().length, cpu: os.cpus()[0]?.model, node: process.version, ffmpeg: tools.version };
await mkdir('bench/results', { recursive: true });
await writeFile('bench/results/ladder.json', `${JSON.stringify({ preset, rounds, machine, results }, null, 2)}\n`);
console.table(results);
console.log(
  `preset ${preset}, least of ${rounds} rounds, seconds; ${machine.cpus} × ${machine.cpu}; bench/results/ladder.json`,
);
