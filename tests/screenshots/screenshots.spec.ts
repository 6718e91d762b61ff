import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { ConsolePage } from '../browser/console/console-page.js';
import { ENTRY_PAGES, furnish, visit, type AnyPage, type EveryPage } from '../browser/console/every-page.js';
import { openBrowser } from '../support/browser.js';
import { startStack, type Stack } from '../support/stack.js';
import { takeEmpty, takeStates } from './states.js';

jest.setTimeout(600_000);

const folder = path.resolve(__dirname, '../../screenshots');
const THEMES = ['light', 'dark'] as const;
const WIDTHS = [
  ['wide', { width: 1440, height: 900 }],
  ['phone', { width: 390, height: 844 }],
] as const;

let stack: Stack;
let browser: Browser;
let everything: EveryPage;

beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  [stack, browser] = await Promise.all([startStack({ env: { TRANSCODE_PRESET: 'ultrafast' } }), openBrowser()]);
  everything = await furnish(stack);
});
afterAll(async () => {
  await browser.close();
  await stack.stop();
});

const kinds = THEMES.flatMap((theme) => WIDTHS.map(([width, viewport]) => [theme, width, viewport] as const));

it.each(kinds)('pictures of every page: %s, %s', async (colorScheme, width, viewport) => {
  const context = await browser.newContext({ colorScheme, viewport, reducedMotion: 'reduce' });
  const console_ = await ConsolePage.open(context, stack.url);
  const take = async (name: string): Promise<void> => {
    await console_.page.waitForLoadState('networkidle', { timeout: 3_000 }).catch(() => undefined);
    await console_.page.screenshot({ path: path.join(folder, `${name}-${width}-${colorScheme}.png`) });
    const overflow = await console_.page.evaluate('document.documentElement.scrollWidth - window.innerWidth');
    expect([name, overflow]).toEqual([name, 0]);
  };
  const takePage = async (one: AnyPage): Promise<void> => {
    await visit(console_, one);
    await take(one.name);
  };
  for (const one of ENTRY_PAGES) await takePage(one);
  await console_.signIn(everything.email, everything.password);
  for (const one of everything.pages) await takePage(one);
  await takeStates(console_, context, take);
  await context.clearCookies();
  await console_.page.evaluate('localStorage.clear()');
  await console_.register(`new-${width}-${colorScheme}@example.com`);
  await takeEmpty(console_, take);
  await context.close();
});
