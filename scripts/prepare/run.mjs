import { spawnSync } from 'node:child_process';
import { root } from './root.mjs';

/** A step did not succeed; the message is for the person at the terminal. */
export class StepFailed extends Error {}

/**
 * Runs a program in the project's folder; what it prints is shown only when it fails.
 *
 * @throws StepFailed with the output
 */
export function run(what, program, args, environment = {}) {
  const { status, signal, error, stdout, stderr } = spawnSync(program, args, {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status === 0) return;
  const reason = error?.message ?? signal ?? `exit ${status}`;
  throw new StepFailed(`${stdout ?? ''}${stderr ?? ''}\n${what} failed (${reason}); the reason is above.`);
}
