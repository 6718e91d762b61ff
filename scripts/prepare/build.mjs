import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { root } from './root.mjs';
import { run } from './run.mjs';
import { filesBelow, fingerprintOf, Stamp } from './stamp.mjs';

const CONFIGURATION = ['tsconfig.json', 'tsconfig.build.json', 'package.json', 'node_modules/typescript7/package.json'];

const stamp = new Stamp('build');

/**
 * Compiles apps, libs and the seeds into dist/ when their sources have changed.
 *
 * dist/ is written over, never emptied first: a running `npm start` goes on meanwhile. A build that fails writes
 * nothing (noEmitOnError), and files whose source is gone are removed after one that succeeds.
 */
export function build(say, { force }) {
  const sources = findSources();
  const fingerprint = fingerprintOf([...sources, ...CONFIGURATION]);
  if (!force && stamp.matches(fingerprint) && sources.every(isCompiled)) return;
  say('building');
  stamp.clear();
  const compiler = ['node_modules/typescript7/bin/tsc', '-p', 'tsconfig.build.json', '--noEmitOnError'];
  run('The build', process.execPath, compiler);
  removeStale(sources);
  stamp.set(fingerprint);
}

/** The next build is made whatever the sources are: somebody else is writing to dist/. */
export function forgetBuild() {
  stamp.clear();
}

/** What tsconfig.build.json includes. */
function findSources() {
  const isSource = (file) => /\.(ts|json)$/.test(file) && !/\.(spec|d)\.ts$/.test(file);
  const inApps = filesBelow('apps', isSource).filter((file) => /^apps\/(?!web\/)[^/]+\/src\//.test(file));
  return [...inApps, ...filesBelow('libs', isSource), ...filesBelow('prisma', isSource)];
}

function isCompiled(source) {
  return source.endsWith('.json') || existsSync(path.join(root, 'dist', source.replace(/\.ts$/, '.js')));
}

function removeStale(sources) {
  const known = new Set(sources.map((source) => source.replace(/\.ts$/, '')));
  for (const folder of ['apps', 'libs', 'prisma'])
    for (const file of filesBelow(`dist/${folder}`, (name) => /\.js(\.map)?$/.test(name))) {
      const source = file.slice('dist/'.length).replace(/\.js(\.map)?$/, '');
      if (!known.has(source)) rmSync(path.join(root, file));
    }
}
