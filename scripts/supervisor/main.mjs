import { bringUp } from './bring-up.mjs';
import { Refusal } from './refusal.mjs';
import { say } from './say.mjs';
import { Teardown } from './teardown.mjs';

/** @param args --watch: compile on every change, and start the apps anew */
export async function main(args) {
  const stopping = new AbortController();
  const asked = untilAskedToStop();
  const teardown = new Teardown();
  const up = bringUp({ watch: args.includes('--watch'), teardown, signal: stopping.signal });
  try {
    await Promise.race([asked, up]);
    await asked;
    say('stopping');
  } catch (error) {
    console.error(error instanceof Refusal ? error.message : error);
    process.exitCode = 1;
  }
  stopping.abort();
  // What is half begun is finished or given up first, so that it is known to the teardown.
  await Promise.allSettled([up]);
  await teardown.run();
  if (process.exitCode !== 1) say('stopped');
  process.exit();
}

/** Ctrl-C, kill, or a closed terminal. npm passes a signal on to us that the terminal has sent already: the first counts. */
function untilAskedToStop() {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, resolve);
  });
}
