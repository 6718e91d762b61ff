import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser } from 'playwright-core';
import { openBrowser } from '../../support/browser.js';
import { startStack, type Stack } from '../../support/stack.js';
import { ConsolePage } from './console-page.js';
import { ENTRY_PAGES, furnish, visit, type AnyPage, type EveryPage } from './every-page.js';

/** Bytes of script, compressed, until the library is there. */
const SCRIPT_BUDGET = 200_000;
/** Milliseconds of the page's processor time until it can be used: as long as a person waits where nothing else runs. */
const TIME_BUDGET = 1_000;

interface Violation {
  id: string;
  impact: string | null;
  nodes: { html: string }[];
}

const axe = readFileSync(createRequire(__filename).resolve('axe-core/axe.min.js'), 'utf8');

let stack: Stack;
let browser: Browser;
let everything: EveryPage;

beforeAll(async () => {
  [stack, browser] = await Promise.all([startStack({ env: { TRANSCODE_PRESET: 'ultrafast' } }), openBrowser()]);
  everything = await furnish(stack);
});
afterAll(async () => {
  await browser.close();
  await stack.stop();
});

/** What axe finds serious or worse: rule and first place. */
async function seriousOf({ page }: ConsolePage): Promise<string[]> {
  await page.evaluate(axe);
  const violations: Violation[] = await page.evaluate(
    '(async () => (await axe.run()).violations.map(({ id, impact, nodes }) => ({ id, impact, nodes: nodes.map(({ html }) => ({ html })) })))()',
  );
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`);
}

it.each(['light', 'dark'] as const)('axe finds nothing serious on any page, %s', async (colorScheme) => {
  const context = await browser.newContext({ colorScheme, reducedMotion: 'reduce' });
  const console_ = await ConsolePage.open(context, stack.url);
  const found: Record<string, string[]> = {};
  const check = async (one: AnyPage): Promise<void> => {
    await visit(console_, one);
    const serious = await seriousOf(console_);
    if (serious.length > 0) found[one.name] = serious;
  };
  for (const one of ENTRY_PAGES) await check(one);
  await console_.signIn(everything.email, everything.password);
  for (const one of everything.pages) await check(one);
  expect(found).toEqual({});
  expect(console_.complaints).toEqual([]);
});

it('is small and quick: what is loaded until the library can be used', async () => {
  const context = await browser.newContext();
  const first = await ConsolePage.open(context, stack.url);
  await first.signIn(everything.email, everything.password);
  await first.page.close();
  // Somebody comes back: nothing is cached but the cookie.
  const console_ = await ConsolePage.open(context, stack.url);
  const session = await context.newCDPSession(console_.page);
  await session.send('Network.enable');
  await session.send('Network.setCacheDisabled', { cacheDisabled: true });
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  let bytes = 0;
  const scripts = new Set<string>();
  session.on('Network.responseReceived', ({ requestId, type }) => {
    if (type === 'Script') scripts.add(requestId);
  });
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (scripts.has(requestId)) bytes += encodedDataLength;
  });
  const began = performance.now();
  await console_.go('/');
  await console_.page.locator('.tile').first().waitFor();
  const took = performance.now() - began;
  const { metrics } = await session.send('Performance.getMetrics');
  const worked = 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN);
  console.log(
    `first load: ${Math.round(bytes / 1000)} kB of script, the library is there after ${Math.round(took)} ms, ` +
      `of which the page worked ${Math.round(worked)} ms`,
  );
  expect(bytes).toBeGreaterThan(50_000);
  expect(bytes).toBeLessThan(SCRIPT_BUDGET);
  expect(worked).toBeGreaterThan(0);
  // A processor that is shared does less in its time.
  expect(worked).toBeLessThan(TIME_BUDGET * 5);
});
