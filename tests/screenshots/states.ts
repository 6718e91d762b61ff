import type { BrowserContext } from 'playwright-core';
import type { ConsolePage } from '../browser/console/console-page.js';
import { photos } from '../browser/console/files.js';

const SEARCH = /\/assets\/search$/;

/** Takes a picture of the window as it is, by a name. */
export type Take = (name: string) => Promise<void>;

/** What pages look like in between, and when something is wrong: of somebody who is signed in and has files. */
export async function takeStates(console_: ConsolePage, context: BrowserContext, take: Take): Promise<void> {
  const { page } = console_;
  const tiles = page.locator('.tile img[data-shown=true]');
  const openLibrary = async (): Promise<void> => {
    await console_.go('/');
    await tiles.first().waitFor();
  };

  await page.route(SEARCH, () => undefined);
  await console_.go('/');
  await page.locator('.grid-skeleton').waitFor();
  await take('loading');
  await page.unroute(SEARCH);

  await page.route(SEARCH, (route) => route.fulfill({ status: 403, body: '<html>' }));
  await console_.go('/');
  await page.locator('.empty').waitFor();
  await take('refused');
  await page.unroute(SEARCH);

  await openLibrary();
  for (const box of (await page.locator('.tile-check input').all()).slice(0, 2)) await box.check();
  await take('chosen');
  await page.getByRole('button', { name: 'Label' }).click();
  await page.getByRole('dialog').waitFor();
  await take('chosen-label');

  await openLibrary();
  await page.route(/\/uploads\/presign$/, () => undefined);
  await console_.drop(await photos());
  await page.locator('.tray-line').first().waitFor();
  await context.setOffline(true);
  await page.locator('.banner').waitFor();
  await take('offline');
  await context.setOffline(false);
  await page.getByRole('button', { name: 'Cancel all' }).click();
  await page.unroute(/\/uploads\/presign$/);
}

/** What somebody finds who has just come. */
export async function takeEmpty(console_: ConsolePage, take: Take): Promise<void> {
  for (const [name, path] of [
    ['library', '/'],
    ['trash', '/trash'],
    ['feed', '/feed'],
    ['notifications', '/notifications'],
    ['keys', '/keys'],
  ] as const) {
    await console_.go(path);
    await console_.page.locator('.empty').first().waitFor();
    await take(`empty-${name}`);
  }
}
