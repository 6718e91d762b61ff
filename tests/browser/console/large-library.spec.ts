import type { Browser } from 'playwright-core';
import { seedScale } from '../../../prisma/scale/seed-scale.js';
import { signUp } from '../../support/account.js';
import { openBrowser } from '../../support/browser.js';
import { openDatabase } from '../../support/open-database.js';
import { startStack, type Stack } from '../../support/stack.js';
import { ConsolePage, PASSWORD } from './console-page.js';

const ASSETS = 3_000;
/** What is in sight of a window this high, and some rows around it, whatever the number of assets. */
const MOST_TILES = 120;

let stack: Stack;
let browser: Browser;

beforeAll(async () => {
  [stack, browser] = await Promise.all([startStack(), openBrowser()]);
});
afterAll(async () => {
  await browser.close();
  await stack.stop();
});

/** One tenant with many assets; its owner signs in with the password of another account. */
async function seedTenant(): Promise<string> {
  const { email } = await signUp(stack.url);
  const { tenantIds } = await seedScale(stack.databaseUrl, { assets: ASSETS, tenants: 1 });
  const owner = `${tenantIds[0]}@scale.example`;
  const database = openDatabase(stack.databaseUrl);
  await database.query(
    'give-password',
    'UPDATE users SET password_hash = (SELECT password_hash FROM users WHERE email = $1) WHERE email = $2',
    [email, owner],
  );
  await database.close();
  return owner;
}

it('a library of thousands is scrolled to its end and back with as many tiles as are in sight', async () => {
  const console_ = await ConsolePage.open(
    await browser.newContext({ viewport: { width: 1280, height: 900 } }),
    stack.url,
  );
  const { page } = console_;
  await console_.signIn(await seedTenant(), PASSWORD);
  await page.getByText('Picture 1', { exact: true }).waitFor();
  const { most, last } = await page.evaluate<{ most: number; last: string }>(`(async () => {
    const tiles = () => document.querySelectorAll('.tile');
    let most = 0, last = '';
    for (let still = 0; still < 300; ) {
      window.scrollTo(0, document.documentElement.scrollHeight);
      await new Promise((resolve) => requestAnimationFrame(resolve));
      most = Math.max(most, tiles().length);
      const now = [...tiles()].at(-1).querySelector('.tile-name').textContent;
      still = now === last ? still + 1 : 0;
      last = now;
      if (now === 'Picture ${ASSETS - 1}' || now === 'Picture ${ASSETS}') break;
    }
    window.scrollTo(0, 0);
    return { most, last };
  })()`);
  expect(last).toMatch(new RegExp(`^Picture (${ASSETS - 1}|${ASSETS})$`));
  expect(most).toBeGreaterThan(10);
  expect(most).toBeLessThanOrEqual(MOST_TILES);
  await page.getByText('Picture 1', { exact: true }).waitFor();
  expect(await page.locator('.tile').count()).toBeLessThanOrEqual(MOST_TILES);
  expect(console_.complaints).toEqual([]);
});
