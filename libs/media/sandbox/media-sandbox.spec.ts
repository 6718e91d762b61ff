import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { getPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import sharp from 'sharp';
import type { ProcessTask } from '../process.js';
import { MediaSandbox, type SandboxOptions } from './media-sandbox.js';
import { memoryOf } from './memory.js';

let folder: string;
let sandbox: MediaSandbox;
const opened: MediaSandbox[] = [];

function open(options: Partial<SandboxOptions> = {}): MediaSandbox {
  const one = new MediaSandbox({ size: 2, testHooks: true, ...options });
  opened.push(one);
  return one;
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sandbox-'));
  sandbox = open();
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()));
  await rm(folder, { recursive: true });
});

let count = 0;

/** A small picture in a folder of its own, with anything behind its end. */
async function task(trailer = ''): Promise<ProcessTask> {
  const outputDir = join(folder, String(count++));
  await mkdir(outputDir);
  const input = join(outputDir, 'original');
  await sharp({ create: { width: 200, height: 100, channels: 3, background: '#08f' } })
    .jpeg()
    .toFile(input);
  await appendFile(input, trailer);
  const limits = { maxPixels: 200_000_000 };
  return { mime: 'image/jpeg', input, outputDir, limits, thumbnailEdge: 320, previewEdge: 1440 };
}

const HANG = 'media-inbox-test:hang';
const ABORT = 'media-inbox-test:abort';

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Null: it is gone. */
function priorityOf(thread: number): number | null {
  try {
    return getPriority(thread);
  } catch {
    return null;
  }
}

/** Waits for a fact, looking every few milliseconds. */
async function until(fact: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const deadline = Date.now() + 100_000;
  while (!(await fact())) {
    if (Date.now() > deadline) throw new Error(`still waiting until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => null,
    (error: unknown) => error,
  );

describe('MediaSandbox', () => {
  it('processes a picture in a child', async () => {
    const one = await task();
    const { outputs, facts, warnings } = await sandbox.run(one);
    expect(outputs.map(({ kind, path }) => [kind, existsSync(path)])).toEqual([
      ['thumbnail', true],
      ['preview', true],
    ]);
    expect(facts).toMatchObject({ format: 'jpeg', width: 200, height: 100 });
    expect(warnings).toEqual([]);
    expect(sandbox.pids).toHaveLength(1);
    expect(sandbox.pids).not.toContain(process.pid);
  });

  it('does nothing with types that have no processor', async () => {
    const one = { ...(await task()), mime: 'application/zip' };
    expect(await sandbox.run(one)).toEqual({ outputs: [], facts: {}, warnings: [] });
  });

  it('reuses its children, and has no more of them than it may', async () => {
    const seen = new Set<number>();
    const run = async () => {
      await sandbox.run(await task());
      for (const pid of sandbox.pids) seen.add(pid);
    };
    await Promise.all(Array.from({ length: 20 }, run));
    expect(seen.size).toBe(2);
  });

  it('gives one child one task at a time', async () => {
    const single = open({ size: 1 });
    const order: string[] = [];
    const tasks = await Promise.all([task(), task(), task()]);
    await Promise.all(
      tasks.map(async (one, index) => order.push(`${index}:${(await single.run(one)).outputs.length}`)),
    );
    expect(order).toEqual(['0:2', '1:2', '2:2']);
    expect(single.pids).toHaveLength(1);
  });

  it("hands on a file's own failure, and keeps the child", async () => {
    const broken = await task();
    await writeFile(broken.input, 'no picture');
    const failure = await failureOf(sandbox.run(broken));
    expect(failure).toMatchObject({ name: 'MediaFailure', code: 'CORRUPT_FILE', permanent: true });
    const pids = sandbox.pids;
    await sandbox.run(await task());
    expect(sandbox.pids).toEqual(pids);
  });

  it('does not blame the file when the folder is gone', async () => {
    const one = await task();
    const failure = await failureOf(sandbox.run({ ...one, outputDir: join(folder, 'nowhere') }));
    expect(failure).toMatchObject({
      code: 'PROCESSOR_ERROR',
      permanent: false,
      detail: 'The file could not be processed.',
    });
    expect(failure).toMatchObject({ diagnostics: expect.stringContaining('ENOENT') as string });
  });
});

describe('a crash', () => {
  it('takes down its own child only; the neighbour finishes and a new child takes over', async () => {
    const both = [await task(), await task()];
    const crashing = await task(ABORT);
    const made = await Promise.all(both.map((one) => sandbox.run(one)));
    expect(made.map(({ outputs }) => outputs.length)).toEqual([2, 2]);
    const before = sandbox.pids;
    const large = await task();
    await sharp({ create: { width: 4000, height: 3000, channels: 3, background: '#08f' } })
      .png()
      .toFile(large.input);
    const neighbour = sandbox.run({ ...large, mime: 'image/png' });
    const failure = await failureOf(sandbox.run(crashing));
    expect(failure).toMatchObject({
      code: 'PROCESSOR_CRASHED',
      permanent: false,
      detail: 'The process that decoded the file crashed (SIGABRT).',
    });
    expect((await neighbour).outputs).toHaveLength(2);
    const tasks = [await task(), await task()];
    await Promise.all(tasks.map((one) => sandbox.run(one)));
    expect(sandbox.pids).toHaveLength(2);
    expect(sandbox.pids.filter((pid) => before.includes(pid))).toHaveLength(1);
  });

  it('by the OOM killer is told from one by the decoder', async () => {
    const hanging = sandbox.run(await task(HANG));
    await until(() => sandbox.pids.length === 1, 'the child runs');
    process.kill(sandbox.pids[0] ?? 0, 'SIGKILL');
    const failure = await failureOf(hanging);
    expect(failure).toMatchObject({ code: 'PROCESSOR_CRASHED', detail: expect.stringContaining('SIGKILL') as string });
  });

  it('between two tasks harms neither', async () => {
    await sandbox.run(await task());
    const [pid = 0] = sandbox.pids;
    process.kill(pid, 'SIGKILL');
    await until(() => !sandbox.pids.includes(pid), 'the death is known');
    expect((await sandbox.run(await task())).outputs).toHaveLength(2);
  });

  it('happens on demand only where tests asked for it', async () => {
    const strict = open({ testHooks: false });
    expect((await strict.run(await task(ABORT + HANG))).outputs).toHaveLength(2);
  });
});

describe('an end from outside', () => {
  it('of a task that takes too long', async () => {
    await sandbox.run(await task());
    const [pid = 0] = sandbox.pids;
    const failure = await failureOf(sandbox.run(await task(HANG), { timeoutMs: 100 }));
    expect(failure).toMatchObject({
      code: 'TIMED_OUT',
      permanent: false,
      detail: 'Processing the file took longer than 0.1 s.',
    });
    expect(isRunning(pid)).toBe(false);
    expect((await sandbox.run(await task(), { timeoutMs: 100_000 })).outputs).toHaveLength(2);
  });

  it('by a signal: the child is gone when the promise settles', async () => {
    await sandbox.run(await task());
    const [pid = 0] = sandbox.pids;
    const controller = new AbortController();
    const hanging = failureOf(sandbox.run(await task(HANG), { signal: controller.signal }));
    const reason = new Error('the asset was deleted');
    controller.abort(reason);
    expect(await hanging).toBe(reason);
    expect(isRunning(pid)).toBe(false);
  });

  it('by a signal in the middle of a decode', async () => {
    const large = await task();
    await sharp({ create: { width: 6000, height: 5000, channels: 3, background: '#08f' } })
      .png({ compressionLevel: 1 })
      .toFile(large.input);
    let pid = 0;
    const aborted = async (): Promise<unknown> => {
      await sandbox.run(await task());
      [pid = 0] = sandbox.pids;
      const controller = new AbortController();
      const decoding = failureOf(sandbox.run({ ...large, mime: 'image/png' }, { signal: controller.signal }));
      setTimeout(() => controller.abort(), 100);
      return decoding;
    };
    let failure: unknown = null;
    // One that was done before it could be aborted, because this process stood still, shows nothing.
    await until(async () => (failure = await aborted()) !== null, 'a decode is aborted in its middle');
    expect(failure).toMatchObject({ name: 'AbortError' });
    // What it had begun to write is the caller's, whose folder it is; nobody writes on.
    expect(isRunning(pid)).toBe(false);
  });

  it('before it began, and while it waited', async () => {
    const single = open({ size: 1 });
    await expect(single.run(await task(), { signal: AbortSignal.abort(new Error('early')) })).rejects.toThrow('early');
    expect(single.pids).toEqual([]);
    const controller = new AbortController();
    const hanging = failureOf(single.run(await task(HANG), { signal: controller.signal }));
    const waiter = new AbortController();
    const waiting = failureOf(single.run(await task(), { signal: waiter.signal }));
    waiter.abort(new Error('no longer wanted'));
    expect(await waiting).toMatchObject({ message: 'no longer wanted' });
    const patient = single.run(await task());
    controller.abort();
    await hanging;
    expect((await patient).outputs).toHaveLength(2);
  });

  it('of a task that takes too much memory', async () => {
    const tight = open({ size: 1, memoryLimitBytes: 20 * 1024 ** 2 });
    const failure = await failureOf(tight.run(await task(HANG)));
    expect(failure).toMatchObject({ code: 'MEMORY_LIMIT_EXCEEDED', permanent: true });
    expect(failure).toMatchObject({ detail: expect.stringContaining('20 MB') as string });
    // A task that is known to need more may have it.
    const roomy = { memoryLimitBytes: 2 * 1024 ** 3, timeoutMs: 2_000 };
    expect(await failureOf(tight.run(await task(HANG), roomy))).toMatchObject({ code: 'TIMED_OUT' });
  });

  it('of everything', async () => {
    const done = [await task(), await task()];
    await Promise.all(done.map((one) => sandbox.run(one)));
    const pids = sandbox.pids;
    const pending = await Promise.all([task(HANG), task(HANG), task()]);
    const failures = pending.map((one) => failureOf(sandbox.run(one)));
    await sandbox.close();
    for (const failure of await Promise.all(failures)) expect(failure).toMatchObject({ code: 'SANDBOX_CLOSED' });
    expect(pids.filter(isRunning)).toEqual([]);
    await expect(sandbox.run(await task())).rejects.toMatchObject({ code: 'SANDBOX_CLOSED', permanent: false });
    await sandbox.close();
  });
});

describe('a child', () => {
  it('inherits no secrets', async () => {
    process.env.SANDBOX_SPEC_SECRET = 'hunter2';
    try {
      await sandbox.run(await task());
      const environment = await readFile(`/proc/${sandbox.pids[0]}/environ`, 'utf8');
      expect(environment).toContain('MALLOC_ARENA_MAX=1');
      expect(environment.split('\0').filter((line) => !/^(MALLOC_|NODE_CHANNEL_)|^$/.test(line))).toEqual([]);
    } finally {
      delete process.env.SANDBOX_SPEC_SECRET;
    }
  });

  it('runs at low priority with every thread, and is the first that the OOM killer takes', async () => {
    await sandbox.run(await task());
    const [pid = 0] = sandbox.pids;
    expect(getPriority(pid)).toBe(10);
    const threads = await readdir(`/proc/${pid}/task`);
    expect(threads.length).toBeGreaterThan(5);
    const priorities = threads.flatMap((thread) => priorityOf(Number(thread)) ?? []);
    expect(priorities.length).toBeGreaterThan(5);
    expect(new Set(priorities)).toEqual(new Set([10]));
    expect(Number(await readFile(`/proc/${pid}/oom_score_adj`, 'utf8'))).toBe(800);
  });

  it.each(['', HANG])('ends itself when its parent is killed (%j)', async (trailer) => {
    const module = pathToFileURL(join(process.cwd(), 'dist/libs/media/sandbox/media-sandbox.js')).href;
    const script = `
      const { MediaSandbox } = await import(${JSON.stringify(module)});
      const sandbox = new MediaSandbox({ size: 1, testHooks: true });
      const [idle, last] = ${JSON.stringify([await task(), await task(trailer)])};
      await sandbox.run(idle);
      const running = sandbox.run(last);
      if (!${JSON.stringify(trailer)}) await running;
      console.log(sandbox.pids[0]);
      setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const pid = await new Promise<number>((resolve) => parent.stdout.once('data', (line) => resolve(Number(line))));
    expect(isRunning(pid)).toBe(true);
    parent.kill('SIGKILL');
    await until(() => !isRunning(pid), 'the child is gone');
  });
});

describe('memory', () => {
  /** The most that a process has had resident, in bytes (VmHWM of proc(5)). */
  async function mostMemoryOf(pid: number): Promise<number> {
    const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(kilobytes) * 1024;
  }

  /** A flat picture, whose decoder takes as much memory as for any other. */
  async function avif(): Promise<ProcessTask> {
    const one = await task();
    const create = { width: 4000, height: 3000, channels: 3 as const, background: '#08f' };
    await writeFile(one.input, await sharp({ create }).avif({ effort: 0 }).toBuffer());
    return { ...one, mime: 'image/avif' };
  }

  it('is taken by one large decode at a time, and given back', async () => {
    const tasks = [await avif(), await avif()];
    const peak = { bytes: 0 };
    const look = setInterval(() => {
      void Promise.all(sandbox.pids.map(memoryOf)).then((all) => {
        peak.bytes = Math.max(
          peak.bytes,
          all.reduce<number>((sum, bytes = 0) => sum + bytes, 0),
        );
      });
    }, 20);
    const results = await Promise.all(tasks.map((one) => sandbox.run(one)));
    clearInterval(look);
    expect(results.map(({ outputs }) => outputs.length)).toEqual([2, 2]);
    // Without ffmpeg here libvips decodes, at 300 MB each; of what it took this process may have seen nothing.
    expect(Math.max(...(await Promise.all(sandbox.pids.map(mostMemoryOf)))) / 1024 ** 2).toBeGreaterThan(150);
    expect(peak.bytes / 1024 ** 2).toBeLessThan(430);
    const [kept = 0] = await Promise.all(sandbox.pids.map(memoryOf));
    expect(kept / 1024 ** 2).toBeLessThan(160);
  });

  it('is had in turns by any number of large decodes', async () => {
    const tasks = await Promise.all([avif(), avif(), avif(), avif(), avif()]);
    const results = await Promise.all(tasks.map((one) => sandbox.run(one, { timeoutMs: 100_000 })));
    expect(results.map(({ outputs }) => outputs.length)).toEqual([2, 2, 2, 2, 2]);
  });

  it('is waited for by a task that can be aborted, and by none when the sandbox closes', async () => {
    const [first, second, third] = [await avif(), await avif(), await avif()];
    const controller = new AbortController();
    const running = sandbox.run(first);
    const aborted = failureOf(sandbox.run(second, { signal: controller.signal }));
    await until(() => sandbox.pids.length === 1, 'one of the two has been sent away');
    controller.abort(new Error('enough'));
    expect(await aborted).toMatchObject({ message: 'enough' });
    const waiting = failureOf(sandbox.run(third));
    const others = failureOf(running);
    await sandbox.close();
    expect(await waiting).toMatchObject({ code: 'SANDBOX_CLOSED' });
    await others;
  });
});
