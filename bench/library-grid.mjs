/* global document, window, requestAnimationFrame, PerformanceObserver, Event */
// The library's grid with a hundred thousand assets in Chromium, beside one with two thousand in the same run: how many
// elements it is made of, how long frames take while it is scrolled, and what that costs in memory.
//   ASSETS=100000 npm run bench:grid
import { linkSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { chromium } from 'playwright-core';
import sharp from 'sharp';
import { migrate } from '../dist/libs/database/migrate.js';
import { seedScale } from '../dist/prisma/scale/seed-scale.js';
import { openLab, percentiles, untilReady } from './lab.mjs';

const assets = Number(process.env.ASSETS ?? 100_000);
/** What it is compared with: machines differ, and the same one from minute to minute. */
const FEW = Math.min(2_000, assets);
/** Pixels a frame: fast reading, a flick of the wheel, the scroll bar pulled along. */
const SPEEDS = { reading: 15, flicking: 120, pulling: 1200 };
const FRAMES = 200;
/** File systems have limits of how many names a file may have. */
const NAMES_A_FILE = 20_000;
/** Milliseconds within which all of a library has to be loaded. */
const PATIENCE_MS = 20 * 60_000;
const PASSWORD = 'correct horse';
const THUMBHASH = '1QcSHQRnh493V4dIh4eXh1h4kJUI';

const lab = await openLab();
let browser;
try {
  await migrate(lab.url);
  const url = await lab.startApi();
  await untilReady(`${url}/health`);
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--autoplay-policy=no-user-gesture-required'],
  });
  const [few, many] = [await measure(url, FEW), await measure(url, assets)];
  const machine = { cpus: os.cpus().length, cpu: os.cpus()[0]?.model, node: process.version, load: os.loadavg()[0] };
  mkdirSync('bench/results', { recursive: true });
  const ratios = compare(few, many);
  const report = { machine, few, many, ratios };
  writeFileSync('bench/results/library-grid.json', `${JSON.stringify(report, null, 2)}\n`);
  for (const { shown, loaded, frames, heapMegabytes, 'longest task of a look, ms': look } of [few, many]) {
    console.log(`${shown} assets: ${loaded.rows} rows of tiles after ${loaded.seconds} s of scrolling to the end`);
    console.table(frames);
    console.table({ 'script heap, MB': heapMegabytes });
    console.log(`longest task of a look: ${look} ms (0: below 50)`);
  }
  console.log(`${many.shown} assets as so many times what ${few.shown} are, load ${machine.load.toFixed(1)}:`);
  console.table(ratios);
} finally {
  await browser?.close();
  await lab.close();
  rmSync(lab.directory, { recursive: true, force: true });
}

/** A tenant of its own with so many assets, seen by its owner. */
async function measure(url, count) {
  console.log(`seeding ${count} assets of one tenant, each with a thumbnail…`);
  const { email, shown } = await seed(url, count);
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  page.setDefaultTimeout(60_000);
  await page.goto(`${url}/app/login`);
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.locator('.tile').first().waitFor();
  const devtools = await page.context().newCDPSession(page);
  const heap = async () => {
    await devtools.send('HeapProfiler.collectGarbage');
    const { usedSize } = await devtools.send('Runtime.getHeapUsage');
    return Number((usedSize / 1e6).toFixed(1));
  };

  const heapMegabytes = { 'first page': await heap() };
  console.log('loading all pages…');
  const began = performance.now();
  const loading = await page.evaluate(loadAll, { shown, milliseconds: PATIENCE_MS });
  const loaded = { ...loading, seconds: Math.round((performance.now() - began) / 1000) };
  heapMegabytes['all loaded'] = await heap();
  const frames = {};
  for (const [name, pixels] of Object.entries(SPEEDS)) {
    const { deltas, ...rest } = await page.evaluate(scroll, { pixels, frames: FRAMES });
    const long = deltas.filter((ms) => ms > 50).length;
    frames[name] = { 'pixels a frame': pixels, ...percentiles(deltas), 'over 50 ms': long, ...rest };
  }
  heapMegabytes['after scrolling'] = await heap();
  const look = await longestTaskOfLook(page);
  await page.close();
  return { shown, loaded, frames, heapMegabytes, 'longest task of a look, ms': look };
}

/** Somebody comes back to the window: what has changed is merged into all that is known. */
async function longestTaskOfLook(page) {
  await page.evaluate(() => {
    window.longest = 0;
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) window.longest = Math.max(window.longest, duration);
    }).observe({ entryTypes: ['longtask'] });
  });
  const answered = page.waitForResponse(/\/assets\/search$/);
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange', { bubbles: true })));
  await (await answered).finished();
  await page.waitForTimeout(3_000);
  return page.evaluate(() => window.longest);
}

/** By how much the second is more than the first. */
function compare(few, many) {
  const times = (one, other) => Number((other / one).toFixed(2));
  const table = {};
  for (const name of Object.keys(SPEEDS)) {
    const [one, other] = [few.frames[name], many.frames[name]];
    table[name] = {
      elements: times(one['most elements'], other['most elements']),
      'frame, p50': times(one.p50, other.p50),
      'frame, p95': times(one.p95, other.p95),
    };
  }
  return table;
}

/** Runs in the page: goes to the end, as often as there is more, until all that is to be shown is there. */
async function loadAll({ shown, milliseconds }) {
  const place = document.querySelector('.grid');
  const columns = place.firstChild.children.length;
  const rowsOf = () => {
    const [first, second] = [...place.children].slice(0, 2).map((row) => row.getBoundingClientRect().top);
    return Math.round(place.offsetHeight / (second - first));
  };
  let most = 0;
  for (const deadline = Date.now() + milliseconds; rowsOf() < Math.ceil(shown / columns);) {
    if (Date.now() > deadline) throw new Error(`${rowsOf()} rows, and not all of ${shown} assets`);
    window.scrollTo(0, document.documentElement.scrollHeight);
    await new Promise((resolve) => requestAnimationFrame(resolve));
    most = Math.max(most, place.querySelectorAll('*').length);
  }
  return { pixels: place.offsetHeight, rows: rowsOf(), most };
}

/** Runs in the page: so far each frame, back and forth through the whole grid. */
async function scroll({ pixels, frames }) {
  const place = document.querySelector('.grid');
  const end = document.documentElement.scrollHeight - window.innerHeight;
  const longTasks = [];
  const observer = new PerformanceObserver((list) =>
    longTasks.push(...list.getEntries().map((entry) => entry.duration)),
  );
  observer.observe({ entryTypes: ['longtask'] });
  const deltas = [];
  let [elements, step, blank] = [0, pixels, 0];
  window.scrollTo(0, Math.floor(end / 3));
  await new Promise((resolve) => setTimeout(resolve, 500));
  for (let last = performance.now(), frame = 0; frame < frames; frame++) {
    if (window.scrollY + step > end || window.scrollY + step < 0) step = -step;
    window.scrollBy(0, step);
    await new Promise((resolve) => requestAnimationFrame(resolve));
    const now = performance.now();
    deltas.push(now - last);
    last = now;
    elements = Math.max(elements, place.querySelectorAll('*').length);
    // Two points, since one may be between two rows.
    const isTile = (y) => document.elementFromPoint(window.innerWidth / 2, y)?.closest('.grid-row');
    if (!isTile(window.innerHeight / 2) && !isTile(window.innerHeight / 2 + 30)) blank++;
  }
  observer.disconnect();
  return { deltas, 'most elements': elements, 'long tasks': longTasks.length, 'frames without tiles': blank };
}

/**
 * One tenant with so many assets, whose owner can sign in. Each thumbnail is a file of its own name.
 * @returns how many of them are not in the trash
 */
async function seed(url, count) {
  const account = `owner-of-${count}@bench.example`;
  await fetch(`${url}/auth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: account, password: PASSWORD }),
  });
  const {
    tenantIds: [tenantId],
  } = await seedScale(lab.url, { assets: count, tenants: 1 });
  const email = `${tenantId}@scale.example`;
  const client = new pg.Client(lab.url);
  await client.connect();
  await client.query(
    'UPDATE users SET password_hash = (SELECT password_hash FROM users WHERE email = $1) WHERE email = $2',
    [account, email],
  );
  await client.query('UPDATE assets SET thumbhash = $1 WHERE tenant_id = $2', [THUMBHASH, tenantId]);
  const { rows } = await client.query(
    `INSERT INTO renditions (id, asset_id, kind, object_key, mime_type, size, width, height)
     SELECT gen_random_uuid(), id, 'thumbnail', tenant_id || '/' || id || '/1/thumbnail.webp', 'image/webp', 1, 320, 240
     FROM assets WHERE tenant_id = $1 RETURNING object_key AS key`,
    [tenantId],
  );
  const listed = await client.query(
    'SELECT count(*)::int AS shown FROM assets WHERE tenant_id = $1 AND deleted_at IS NULL',
    [tenantId],
  );
  await client.query('ANALYZE');
  await client.end();
  const noise = await sharp({
    create: { width: 320, height: 240, channels: 3, noise: { type: 'gaussian', mean: 128, sigma: 40 } },
  })
    .blur(2)
    .webp()
    .toBuffer();
  const picture = path.join(lab.directory, `thumbnail-of-${count}.webp`);
  rows.forEach(({ key }, index) => {
    const file = path.join(lab.directory, 'data/objects/data', key);
    mkdirSync(path.dirname(file), { recursive: true });
    const original = `${picture}.${Math.floor(index / NAMES_A_FILE)}`;
    if (index % NAMES_A_FILE === 0) writeFileSync(original, noise);
    linkSync(original, file);
  });
  return { email, shown: listed.rows[0].shown };
}
