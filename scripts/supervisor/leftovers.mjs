import { setTimeout as delay } from 'node:timers/promises';
import { isAlive } from '../process-lock.mjs';
import { notedProcesses } from './runtime-file.mjs';
import { say } from './say.mjs';

// As long as an app may take to end by itself.
const PATIENCE_MS = 10_000;

/** The apps of a supervisor that was killed end by themselves, but not at once: their port and database are awaited. */
export async function endLeftovers(directory) {
  const alive = () => notedProcesses(directory).filter(isAlive);
  if (alive().length === 0) return;
  say('waiting for the processes of a start that was killed');
  for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline && alive().length > 0;) await delay(50);
  for (const { pid } of alive()) process.kill(pid, 'SIGKILL');
}
