import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');

let clone: string;
const at = (file: string) => path.join(clone, file);

// One clone for all: its packages are links to ours, its build and stamps its own.
beforeAll(() => {
  clone = mkdtempSync(path.join(os.tmpdir(), 'media-inbox-prepare-'));
  const sources = [
    'apps',
    'libs',
    'prisma',
    'scripts',
    'prisma.config.ts',
    'openapi.json',
    'tsconfig.json',
    'tsconfig.build.json',
  ];
  const isSource = (file: string) => !/\/(generated|node_modules)(\/|$)/.test(file.slice(root.length));
  for (const name of [...sources, 'package.json', 'package-lock.json'])
    cpSync(path.join(root, name), at(name), { recursive: true, filter: isSource });
  mkdirSync(at('node_modules'));
  for (const name of readdirSync(path.join(root, 'node_modules')))
    if (name !== '.cache') symlinkSync(path.join(root, 'node_modules', name), at(`node_modules/${name}`));
});

afterAll(() => rmSync(clone, { recursive: true, force: true }));

interface Outcome {
  end: unknown;
  output: string;
}

async function prepare(options: { nodeArgs?: string[]; env?: Record<string, string> } = {}): Promise<Outcome> {
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, ...options.env };
  const child = spawn(process.execPath, [...(options.nodeArgs ?? []), 'scripts/prepare.mjs'], { cwd: clone, env });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [end] = (await once(child, 'close')) as unknown[];
  return { end, output };
}

const NOTHING: Outcome = { end: 0, output: '' };
const BUILT: Outcome = { end: 0, output: 'prepare: building\n' };

it('makes a clone ready, and does nothing when there is nothing to do', async () => {
  const steps = ['generating the Prisma client', 'building', 'generating the types of the API', 'building the console'];
  expect(await prepare()).toEqual({ end: 0, output: steps.map((step) => `prepare: ${step}\n`).join('') });
  expect(existsSync(at('dist/web/index.html'))).toBe(true);
  for (const app of ['api', 'worker']) expect(existsSync(at(`dist/apps/${app}/src/main.js`))).toBe(true);
  const builtAt = statSync(at('dist/apps/api/src/main.js')).mtimeMs;
  expect(await prepare()).toEqual(NOTHING);
  expect(statSync(at('dist/apps/api/src/main.js')).mtimeMs).toBe(builtAt);
});

it('builds what has changed, and leaves no output whose source is gone', async () => {
  writeFileSync(at('libs/config/passing.ts'), 'export const passing = 1;\n');
  expect(await prepare()).toEqual(BUILT);
  expect(readFileSync(at('dist/libs/config/passing.js'), 'utf8')).toContain('passing = 1');
  rmSync(at('libs/config/passing.ts'));
  expect(await prepare()).toEqual(BUILT);
  expect(existsSync(at('dist/libs/config/passing.js'))).toBe(false);
  expect(existsSync(at('dist/libs/config/passing.js.map'))).toBe(false);
});

it('builds again when outputs have been lost', async () => {
  rmSync(at('dist/libs/config/settings.js'));
  expect(await prepare()).toEqual(BUILT);
  expect(existsSync(at('dist/libs/config/settings.js'))).toBe(true);
});

it('builds the console when it has changed, and what it is checked against when the API has', async () => {
  appendFileSync(at('apps/web/src/styles/base.css'), '.passing { color: red; }\n');
  expect(await prepare()).toEqual({ end: 0, output: 'prepare: building the console\n' });
  appendFileSync(at('openapi.json'), '\n');
  expect(await prepare()).toEqual({ end: 0, output: 'prepare: generating the types of the API\n' });
  rmSync(at('dist/web/index.html'));
  expect((await prepare()).output).toBe('prepare: building the console\n');
});

it('does not take a failed build for a build, and keeps the last good one', async () => {
  writeFileSync(at('libs/config/wrong.ts'), `export const wrong: number = 'a string';\n`);
  for (let time = 0; time < 2; time++) {
    const { end, output } = await prepare();
    expect(end).toBe(1);
    expect(output).toContain('libs/config/wrong.ts(1,14)');
    expect(existsSync(at('dist/apps/api/src/main.js'))).toBe(true);
    expect(existsSync(at('dist/libs/config/wrong.js'))).toBe(false);
  }
  rmSync(at('libs/config/wrong.ts'));
  expect(await prepare()).toEqual(BUILT);
});

it('generates the client when the schema has changed', async () => {
  appendFileSync(at('prisma/schema.prisma'), '\nmodel Note {\n  id Int @id\n}\n');
  expect((await prepare()).output).toBe('prepare: generating the Prisma client\nprepare: building\n');
});

it('run twice at once, does things once', async () => {
  writeFileSync(at('libs/config/passing.ts'), 'export const passing = 2;\n');
  const outcomes = await Promise.all([prepare(), prepare()]);
  expect(outcomes.map(({ end }) => end)).toEqual([0, 0]);
  const lines = outcomes.flatMap(({ output }) => output.split('\n'));
  expect(lines.filter((line) => line === 'prepare: building')).toHaveLength(1);
  expect(await prepare()).toEqual(NOTHING);
});

it('is not held up by the lock of a process that is gone', async () => {
  const { pid } = spawnSync(process.execPath, ['--version']);
  writeFileSync(at('.prepare.lock'), JSON.stringify({ pid, identity: '1' }));
  expect(await prepare()).toEqual(NOTHING);
  writeFileSync(at('.prepare.lock'), JSON.stringify({ pid: process.pid, identity: 'of another process with this id' }));
  expect(await prepare()).toEqual(NOTHING);
  expect(existsSync(at('.prepare.lock'))).toBe(false);
});

it('installs packages, development ones too, when they are not those of package-lock.json', async () => {
  const lock = readFileSync(at('package-lock.json'), 'utf8');
  const npm = at('npm-cli.js');
  writeFileSync(npm, `require('fs').writeFileSync('npm-args', process.argv.slice(2).join(' '));`);
  writeFileSync(at('package-lock.json'), lock.replace('"packages": {', '"packages": { "node_modules/a": {},'));
  const env = { npm_execpath: npm.replace(/js$/, 'cjs'), NODE_ENV: 'production' };
  cpSync(npm, env.npm_execpath);
  expect((await prepare({ env })).output).toContain('prepare: installing packages (npm ci)\n');
  expect(readFileSync(at('npm-args'), 'utf8')).toMatch(/^ci --ignore-scripts --include=dev /);
  writeFileSync(at('package-lock.json'), lock);
  expect((await prepare({ env })).output).not.toContain('installing');
});

it('says in one sentence that Node is too old', async () => {
  const old = `Object.defineProperty(process, 'versions', { value: { node: '18.20.8' } })`;
  const { end, output } = await prepare({ nodeArgs: ['--import', `data:text/javascript,${encodeURIComponent(old)}`] });
  expect(end).toBe(1);
  expect(output).toMatch(/^Media Inbox needs Node 20\.19, .* this is Node 18\.20\.8: install .*\n$/);
});

it('installs no git hooks where there is no git, and does not mind', () => {
  const { status, stderr } = spawnSync(process.execPath, ['scripts/install-git-hooks.mjs'], {
    cwd: clone,
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});
