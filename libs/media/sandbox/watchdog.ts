/**
 * A thread in the child that ends it when its parent is gone: a decoder that hangs never hears that its channel
 * closed, and would keep a core busy for good. Kills the whole group, and with it what the child has started.
 */
import { kill, pid, ppid as parent } from 'node:process';

const INTERVAL_MS = 500;

setInterval(() => {
  if (process.ppid !== parent) kill(-pid, 'SIGKILL');
}, INTERVAL_MS);
