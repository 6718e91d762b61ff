import { spawn } from 'node:child_process';
import { root } from '../prepare/root.mjs';
import { KeptProcess } from './kept-process.mjs';
import { API_FLAGS, WORKER_ENVIRONMENT, WORKER_FLAGS } from './node-flags.mjs';
import { Refusal } from './refusal.mjs';
import { say } from './say.mjs';

/** Seconds that an app takes to stop at most when nothing else is set, and what it may be late. */
const USUAL_STOP_SECONDS = 8;
const LATE_SECONDS = 1;

/**
 * The API and a worker, each a process in a group of its own: a Ctrl-C reaches them through us, once and in order. The
 * IPC channel tells them when we are gone.
 */
export async function startApps({ environment, watch, runtime, teardown }) {
  say('starting the API and a worker');
  const apps = ['api', 'worker'].map((name) => {
    const flags = [...(watch ? ['--enable-source-maps'] : []), ...(name === 'worker' ? WORKER_FLAGS : API_FLAGS)];
    const env = { ...(name === 'worker' ? WORKER_ENVIRONMENT : {}), ...environment };
    const args = [...flags, `dist/apps/${name}/src/main.js`];
    return new KeptProcess(name === 'api' ? 'the API' : 'the worker', () => {
      const options = { cwd: root, env, detached: true, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] };
      const child = spawn(process.execPath, args, options);
      return new Promise((resolve, reject) => {
        // No process to be had, or no memory for it: it is tried again.
        child.on('error', reject);
        child.once('spawn', () => {
          runtime.setProcess(name, child.pid);
          resolve(child);
        });
      });
    });
  });
  const stopMs = ((Number(environment.SHUTDOWN_TIMEOUT_SECONDS) || USUAL_STOP_SECONDS) + LATE_SECONDS) * 1000;
  const stop = () => Promise.all(apps.map((app) => app.stop(stopMs)));
  teardown.add(stop);
  await Promise.all(apps.map((app) => app.start()));
  return {
    keep: () => apps.forEach((app) => app.keep()),
    restart: () => Promise.all(apps.map((app) => app.restart(stopMs))),
    untilOneDies: () => Promise.race(apps.map(refuseWhenDead)),
  };
}

async function refuseWhenDead(app) {
  const reason = await app.died();
  throw new Refusal(`${app.name} ended before it was ready (${reason}): what it printed above says why.`);
}
