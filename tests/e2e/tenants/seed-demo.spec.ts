import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { signIn, type AssetBody } from '../../support/account.js';
import { startStack, type Stack } from '../../support/stack.js';
import { until } from '../../support/until.js';

const root = path.resolve(import.meta.dirname, '../../..');

let stack: Stack;

beforeAll(async () => {
  stack = await startStack({ env: { RECONCILE_INTERVAL_SECONDS: '1' } });
});
afterAll(() => stack.stop());

/** As `npm run db:seed -- --demo` does, on the data of the stack. */
async function seed(): Promise<string> {
  const { PATH = '' } = process.env;
  const env = {
    PATH,
    DATABASE_URL: stack.databaseUrl,
    DATA_DIR: path.join(stack.directory, 'data'),
    BCRYPT_COST: '10',
  };
  const { stdout } = await promisify(execFile)(process.execPath, ['scripts/seed.mjs', '--demo'], { cwd: root, env });
  return stdout;
}

const passwordIn = (said: string): string => /password (\S+)/.exec(said)?.[1] ?? '';

it('fills ten tenants with real files, says how to sign in, and makes nothing twice', async () => {
  const first = await seed();
  expect(first).toMatch(/^(40|50) files were put into 10 tenants/);
  const owners = first.match(/owner@\S+/g) ?? [];
  expect(owners).toHaveLength(10);
  for (const email of [owners[0] ?? '', owners[9] ?? '']) {
    const owner = await signIn(stack.url, email, passwordIn(first));
    const items = await until(
      async () => (await owner.ask<{ items: AssetBody[] }>('GET', '/assets?resource=product')).body.items,
      (assets) => assets.length >= 4 && assets.every(({ status }) => status === 'READY' || status === 'FAILED'),
      120_000,
    );
    expect(items.map(({ status, failure }) => [status, failure])).toEqual(items.map(() => ['READY', null]));
  }
  const second = await seed();
  expect(second).toMatch(/^0 files were put into 10 tenants/);
  await expect(signIn(stack.url, owners[0] ?? '', passwordIn(first))).rejects.toThrow('401');
  await signIn(stack.url, owners[0] ?? '', passwordIn(second));
});
