/**
 * The process that decodes: takes a Task, answers a Reply, and takes the next one. It is expected to die of
 * what it is given, and dies with its parent. Started by SandboxChild only.
 */
import { readdirSync, writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { Worker } from 'node:worker_threads';
import { toMediaFailure } from '../failure.js';
import { runTask, type Task } from '../process.js';
import { ROOM_MADE, TEST_HOOKS_FLAG, type Reply, type RoomWanted } from './messages.js';
import { obeyMarkers } from './test-hooks.js';

const [, , parentPid, ...flags] = process.argv;
const hooksOn = flags.includes(TEST_HOOKS_FLAG);

async function answer(task: Task): Promise<Reply> {
  try {
    if (hooksOn) await obeyMarkers(task.input);
    return { result: await runTask(task, makeRoom) };
  } catch (error) {
    const { code, detail, diagnostics } = toMediaFailure(error);
    return { failure: { code, detail, diagnostics } };
  }
}

/** Asks the parent, and waits for its word; a no is the end of this process. */
function makeRoom(bytes: number): Promise<void> {
  return new Promise((resolve) => {
    const listen = (message: unknown) => {
      if (message !== ROOM_MADE) return;
      process.off('message', listen);
      resolve();
    };
    process.on('message', listen);
    process.send?.({ roomWanted: bytes } satisfies RoomWanted);
  });
}

/** 0 is normal, 19 the lowest: requests and heartbeats go first. */
const NICENESS = 10;

/** On Linux each thread has a priority of its own; those that come later have that of the one that makes them. */
function giveWay(): void {
  setPriority(NICENESS);
  if (process.platform !== 'linux') return;
  for (const thread of readdirSync('/proc/self/task')) setPriority(Number(thread), NICENESS);
}

/** When memory runs out, Linux takes a decoder before it takes the worker. */
function volunteerForTheOomKiller(): void {
  if (process.platform !== 'linux') return;
  try {
    writeFileSync('/proc/self/oom_score_adj', '800');
  } catch (error) {
    console.error(`the OOM killer's choice stays as it is: ${String(error)}`); // A read-only /proc; goes to diagnostics.
  }
}

/**
 * V8 knows of pixels only that they are small objects, and would keep some pictures' worth of them. They are young: to look at all
 * of its heap would cost ten times as much.
 */
const forget = () => globalThis.gc?.({ type: 'minor' });

giveWay();
volunteerForTheOomKiller();
process.on('disconnect', () => process.kill(-process.pid, 'SIGKILL'));
const watchdog = new Worker(new URL('./watchdog.js', import.meta.url), { workerData: Number(parentPid) });
watchdog.unref();
// Tasks wait in the channel until the watchdog watches: the first may be the one that hangs.
watchdog.once('online', () => {
  process.on('message', (message) => {
    if (message !== ROOM_MADE) void answer(message as Task).then((reply) => process.send?.(reply, forget));
  });
});
