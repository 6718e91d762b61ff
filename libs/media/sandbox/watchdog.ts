/**
 * A thread in the child that ends it when its parent is gone: a decoder that hangs never hears that its channel
 * closed, and would keep a core busy for good. Kills the whole group, and with it what the child has started.
 */
import { workerData } from 'node:worker_threads';

const INTERVAL_MS = 500;

// The parent's id is given, not asked for here: by now it may be dead, and its place taken by init.
setInterval(() => {
  if (process.ppid !== workerData) process.kill(-process.pid, 'SIGKILL');
}, INTERVAL_MS);
