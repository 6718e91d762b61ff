import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { forgetBuild } from '../prepare/build.mjs';
import { root } from '../prepare/root.mjs';
import { say } from './say.mjs';

/** Compiles on every change of a source file; the apps are started anew when it compiles without an error. */
export function watchSources(apps, teardown) {
  forgetBuild();
  const args = ['node_modules/typescript7/bin/tsc', '-p', 'tsconfig.build.json', '--watch', '--preserveWatchOutput'];
  const compiler = spawn(process.execPath, args, { cwd: root, detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
  // Its whole group: this is a launcher, and the compiler its child.
  teardown.add(() => compiler.exitCode === null && process.kill(-compiler.pid));
  let builds = 0;
  createInterface({ input: compiler.stdout }).on('line', (line) => {
    const errors = /Found (\d+) errors?/.exec(line)?.[1];
    if (errors === undefined) return line.trim() && !/Starting|File change/.test(line) ? console.log(line) : undefined;
    // The first one compiles what runs already.
    if (builds++ === 0) return say('watching for changes');
    if (errors !== '0') return say('not restarting: the errors above come first');
    say('restarting the API and the worker');
    void apps.restart();
  });
}
