import path from 'node:path';
import { lock } from '../process-lock.mjs';
import { build } from './build.mjs';
import { buildConsole } from './build-console.mjs';
import { generateClient } from './generate-client.mjs';
import { installPackages } from './install-packages.mjs';
import { root } from './root.mjs';
import { StepFailed } from './run.mjs';

const say = (line) => console.log(`prepare: ${line}`);

/** @param args --force-build: build even when nothing has changed */
export async function main(args) {
  const release = await takeLock();
  try {
    installPackages(say);
    generateClient(say);
    build(say, { force: args.includes('--force-build') });
    buildConsole(say);
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  } finally {
    release();
  }
}

/** npm start and npm test are often begun side by side. */
async function takeLock() {
  try {
    return await lock(path.join(root, '.prepare.lock'), (pid) => say(`waiting for another one (process ${pid})`));
  } catch (error) {
    if (!['EACCES', 'EPERM', 'EROFS'].includes(error.code)) throw error;
    console.error(
      `${root} cannot be written (${error.code}): make it yours (chown -R), or clone it again as this user.`,
    );
    process.exit(1);
  }
}
