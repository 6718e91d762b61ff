// npm's "prepare" hook: the git hooks of package.json, for those who have a clone with git and the development packages.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const cli = path.join(root, 'node_modules', 'simple-git-hooks', 'cli.js');

// In continuous integration nobody commits.
if (!process.env.CI && existsSync(path.join(root, '.git')) && existsSync(cli)) {
  const { status } = spawnSync(process.execPath, [cli], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) console.warn('The git hooks could not be installed; commits are not checked before CI.');
}
