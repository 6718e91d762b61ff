/* global document, window, requestAnimationFrame, PerformanceObserver */
// The library's grid with a hundred thousand assets in Chromium: how many elements it is made of, how long frames take
// while it is scrolled from end to end, and what that costs in memory.
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
/** Pixels a frame: fast reading, a flick of the wheel, the scroll bar pulled along. */
const SPEEDS = { reading: 15, flicking: 120, pulling: 1200 };
const FRAMES = 200;
/** File systems have limits of how many names a file may have. */
const NAMES_A_FILE = 20_000;
const PASSWORD = 'correct horse';
const THUMBHASH = '1QcSHQRnh493V4dIh4eXh1h4kJUI';

const lab = await openLab();
let browser;
try {
  await migrate(lab.url);
  const url = await lab.startApi();
  await untilReady(`${url}/health`);
  console.log(`seeding ${assets} assets of one tenant, each with a thumbnail…`);
  const email = await seed(url);

  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--autoplay-policy=no-user-gesture-required'],
  });
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
    return Math.round(usedSize / 1e6);
  };

  const heapMegabytes = { 'first page': await heap() };
  console.log('loading all pages…');
  const began = performance.now();
  const loading = await page.evaluate(loadAll);
  const loaded = { ...loading, seconds: Math.round((performance.now() - began) / 1000) };
  heapMegabytes['all loaded'] = await heap();
  const frames = {};
  for (const [name, pixels] of Object.entries(SPEEDS)) {
    const { deltas, ...rest } = await page.evaluate(scroll, { pixels, frames: FRAMES });
    const long = deltas.filter((ms) => ms > 50).length;
    frames[name] = { 'pixels a frame': pixels, ...percentiles(deltas), 'over 50 ms': long, ...rest };
  }
  heapMegabytes['after scrolling'] = await heap();

  const machine = { cpus: os.cpus().length, cpu: os.cpus()[0]?.model, node: process.version, load: os.loadavg()[0] };
  mkdirSync('bench/results', { recursive: true });
  const report = { assets, machine, loaded, frames, heapMegabytes };
  writeFileSync('bench/results/library-grid.json', `${JSON.stringify(report, null, 2)}\n`);
  console.log(`${loaded.rows} rows of tiles after ${loaded.seconds} s of scrolling to the end`);
  console.table(frames);
  console.table({ 'script heap, MB': heapMegabytes });
} finally {
  await browser?.close();
  await lab.close();
  rmSync(lab.directory, { recursive: true, force: true });
}

/** Runs in the page: goes to the end, as often as there is more. */
async function loadAll() {
  const place = document.querySelector('.grid');
  let most = 0;
  for (let height = 0, still = 0; still < 60;) {
    window.scrollTo(0, document.documentElement.scrollHeight);
    await new Promise((resolve) => requestAnimationFrame(resolve));
    most = Math.max(most, place.querySelectorAll('*').length);
    const now = place.offsetHeight;
    still = now === height ? still + 1 : 0;
    height = now;
  }
  return { pixels: place.offsetHeight, rows: Math.round(place.offsetHeight / place.firstChild.offsetHeight), most };
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

/** One tenant with all the assets; whose owner can sign in. Each thumbnail is a file of its own name. */
async function seed(url) {
  const email = 'owner@bench.example';
  await fetch(`${url}/auth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password: PASSWORD }),
  });
  const { tenantIds } = await seedScale(lab.url, { assets, tenants: 1 });
  const client = new pg.Client(lab.url);
  await client.connect();
  const owner = `${tenantIds[0]}@scale.example`;
  await client.query(
    'UPDATE users SET password_hash = (SELECT password_hash FROM users WHERE email = $1) WHERE email = $2',
    [email, owner],
  );
  await client.query('UPDATE assets SET thumbhash = $1', [THUMBHASH]);
  await client.query(
    `INSERT INTO renditions (id, asset_id, kind, object_key, mime_type, size, width, height)
     SELECT gen_random_uuid(), id, 'thumbnail', tenant_id || '/' || id || '/1/thumbnail.webp', 'image/webp', 1, 320, 240
     FROM assets`,
  );
  const { rows } = await client.query('SELECT object_key AS key FROM renditions');
  await client.query('ANALYZE');
  await client.end();
  const noise = await sharp({
    create: { width: 320, height: 240, channels: 3, noise: { type: 'gaussian', mean: 128, sigma: 40 } },
  })
    .blur(2)
    .webp()
    .toBuffer();
  const picture = path.join(lab.directory, 'thumbnail.webp');
  rows.forEach(({ key }, index) => {
    const file = path.join(lab.directory, 'data/objects/data', key);
    mkdirSync(path.dirname(file), { recursive: true });
    const original = `${picture}.${Math.floor(index / NAMES_A_FILE)}`;
    if (index % NAMES_A_FILE === 0) writeFileSync(original, noise);
    linkSync(original, file);
  });
  return owner;
}
