import pg from 'pg';
import { ask, signUp, type Account, type AssetBody } from '../../support/account.js';
import { film, withRows } from '../../support/film.js';
import { play } from '../../support/player.js';
import { startStack, type Stack } from '../../support/stack.js';
import { until } from '../../support/until.js';

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';

interface Sums {
  views: number;
  downloads: number;
  streams: number;
  bytes: number;
  seconds: number;
}
interface Stats {
  totals: Sums;
  groups: (Sums & { key: string | null; name: string | null })[];
  series: (Sums & { day: string })[];
}

let stack: Stack;
let owner: Account;
let assetId: string;
let bare: string;

beforeAll(async () => {
  stack = await startStack({ env: { ACCESS_LOG_FLUSH_SECONDS: '1', RECONCILE_INTERVAL_SECONDS: '1' } });
  owner = await signUp(stack.url);
  const labels = { category: ['news', 'sport'], provider: '=cmd()', language: 'de' };
  ({ assetId } = await film(stack, owner, { filename: 'Ärger, "neu".mp4', labels }));
  ({ assetId: bare } = await film(stack, owner, { kind: 'AUDIO' }));
});
afterAll(() => stack.stop());

const access = async (groupBy: string, asker = owner, more = ''): Promise<Stats> => {
  const answer = await asker.ask<Stats>('GET', `/stats/access?groupBy=${groupBy}${more}`);
  if (answer.status !== 200) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
};

it('counts who was given what, and for how long it was watched', async () => {
  const headers = { 'user-agent': FIREFOX, 'accept-language': 'fr-CA,en;q=0.5' };
  for (let count = 0; count < 2; count++) await owner.ask('GET', `/assets/${assetId}`, undefined, headers);
  await owner.ask('GET', `/assets/${bare}`, undefined, headers);
  const download = (path: string) =>
    fetch(`${owner.url}/assets/${assetId}/${path}`, {
      redirect: 'manual',
      headers: { ...headers, authorization: `Bearer ${owner.accessToken}` },
    });
  const saved = await download('download?rendition=mp4');
  expect(saved.status).toBe(302);
  expect((await fetch(saved.headers.get('location') ?? '')).headers.get('content-disposition')).toMatch(/^attachment/);
  expect((await download('download')).status).toBe(302);
  for (const rendition of ['none', 'hls-240p'])
    expect((await download(`download?rendition=${rendition}`)).status).toBe(404);
  expect((await download('download?rendition=../1')).status).toBe(400);
  const asked = Date.now();
  const { playbackId, manifestUrl } = await play(owner, assetId);
  const begun = Date.now();
  await until(
    async () => {
      await (await fetch(manifestUrl)).text();
      return Date.now() - begun;
    },
    (passed) => passed > 2_000,
  );
  await owner.ask('DELETE', `/playbacks/${playbackId}`);
  const lasted = (Date.now() - asked) / 1000;

  const { totals, groups, series } = await until(
    () => access('asset'),
    (stats) => stats.totals.views === 3 && stats.totals.seconds >= 2,
  );
  expect(totals).toMatchObject({ views: 3, streams: 1, downloads: 2 });
  expect(totals.bytes).toBeGreaterThan(1);
  expect(totals.seconds).toBeLessThanOrEqual(lasted + 0.5);
  expect(groups).toMatchObject([
    { key: assetId, name: 'Ärger, "neu".mp4', views: 2, streams: 1 },
    { key: bare, name: 'Ärger.mp4', views: 1, streams: 0, seconds: 0 },
  ]);
  expect(series).toHaveLength(1);
  expect(series[0]).toMatchObject(totals);

  const keys = async (groupBy: string) => (await access(groupBy)).groups.map(({ key, views }) => [key, views]);
  expect(await keys('category')).toEqual([
    ['news', 2],
    ['sport', 2],
    [null, 1],
  ]);
  expect(await keys('provider')).toEqual([
    ['=cmd()', 2],
    [null, 1],
  ]);
  expect(await keys('language')).toEqual([
    ['de', 2],
    [null, 1],
  ]);
  expect(await keys('role')).toEqual([['OWNER', 3]]);
  expect((await keys('device'))[0]).toEqual(['Firefox on Linux', 3]);
  expect((await keys('clientLanguage'))[0]).toEqual(['fr', 3]);
  expect((await access('user')).groups).toMatchObject([{ name: owner.email, views: 3 }]);
  expect((await access('day')).groups).toMatchObject([{ key: series[0]?.day, views: 3 }]);

  // The same when housekeeping has added it up, and when the asset is gone.
  await withRows(stack, async (database) => {
    await until(
      () => database.query('', 'SELECT 1 FROM access_hits', []),
      (rows) => rows.length === 0,
    );
    // By now the last moments of the stream are written down as well.
    const summedUp = await access('asset');
    await database.client.asset.delete({ where: { id: assetId } });
    expect(await access('asset')).toEqual(summedUp);
    expect(summedUp.groups.map(({ key, views }) => [key, views])).toEqual(groups.map(({ key, views }) => [key, views]));
  });
  expect(await keys('provider')).toEqual([
    ['=cmd()', 2],
    [null, 1],
  ]);
});

it('is a table for who asks for one, and runs in no spreadsheet', async () => {
  const accept = { accept: 'text/csv' };
  const answer = await owner.ask<{ text: string }>('GET', '/stats/access?groupBy=provider', undefined, accept);
  expect(answer.headers.get('content-type')).toContain('text/csv');
  const [head, first] = answer.body.text.split('\r\n');
  expect(head).toBe('key,name,views,downloads,streams,bytes,seconds');
  expect(first).toMatch(/^'=cmd\(\),,2,2,1,11,\d/);
  const weighed = { accept: 'application/json;q=0.5, text/csv;q=0.9, */*;q=0.1' };
  const assets = await owner.ask<{ text: string }>('GET', '/stats/assets?groupBy=kind', undefined, weighed);
  expect(assets.body.text).toMatch(/^key,assets,bytes\r\n/);
});

it('counts what there is, by anything it is labelled with', async () => {
  const other = await signUp(stack.url);
  await film(stack, other, { labels: { audience: ['editor', 'buyer'] } });
  await film(stack, other, { kind: 'AUDIO', labels: { audience: [] } });
  const groups = async (groupBy: string) => {
    const { status, body } = await other.ask<{ totals: object; groups: object[] }>(
      'GET',
      `/stats/assets?groupBy=${groupBy}`,
    );
    expect([status, body.totals]).toMatchObject([200, { assets: 2 }]);
    return body.groups;
  };
  expect(await groups('kind')).toMatchObject([
    { key: 'AUDIO', assets: 1 },
    { key: 'VIDEO', assets: 1 },
  ]);
  expect(await groups('status')).toMatchObject([{ key: 'READY', assets: 2 }]);
  expect(await groups('label:audience')).toMatchObject([
    { key: 'buyer', assets: 1 },
    { key: 'editor', assets: 1 },
    { key: null, assets: 1 },
  ]);
  expect(await groups('provider')).toMatchObject([{ key: null, assets: 2 }]);
});

it('is the tenant’s own, but for administrators', async () => {
  const stranger = await signUp(stack.url);
  expect((await access('asset', stranger)).totals).toEqual({
    views: 0,
    downloads: 0,
    streams: 0,
    bytes: 0,
    seconds: 0,
  });
  for (const path of ['/stats/access?groupBy=asset&scope=all', '/stats/assets?groupBy=kind&scope=all'])
    expect((await stranger.ask('GET', path)).status).toBe(403);
  expect((await access('asset', await stack.admin(), '&scope=all')).totals.views).toBeGreaterThanOrEqual(3);
  for (const groupBy of ['kind', 'status', 'label:category']) {
    const all = await (await stack.admin()).ask('GET', `/stats/assets?groupBy=${groupBy}&scope=all`);
    expect([groupBy, all.status]).toEqual([groupBy, 200]);
  }
  expect((await ask(stack.url, 'GET', '/stats/access?groupBy=asset')).status).toBe(401);
});

it('tells a tenant nothing of who others are that look at what it has made public', async () => {
  const [artist, passerBy] = [await signUp(stack.url), await signUp(stack.url)];
  const { assetId: shown } = await film(stack, artist, { visibility: 'public' });
  for (const viewer of [artist, passerBy]) expect((await viewer.ask('GET', `/assets/${shown}`)).status).toBe(200);
  const { groups } = await until(
    () => access('user', artist),
    ({ totals }) => totals.views === 2,
  );
  expect(new Map(groups.map(({ name, views }) => [name, views]))).toEqual(
    new Map([
      [artist.email, 1],
      [null, 1],
    ]),
  );
  const accept = { accept: 'text/csv' };
  const csv = await artist.ask<{ text: string }>('GET', '/stats/access?groupBy=user', undefined, accept);
  expect(csv.body.text).toContain(artist.email);
  expect(csv.body.text).not.toContain(passerBy.email);
  // Administrators see who everybody is anyway.
  const all = await access('user', await stack.admin(), '&scope=all');
  expect(all.groups.map(({ name }) => name)).toEqual(expect.arrayContaining([artist.email, passerBy.email]));
});

it('does not take it for looking when somebody waits for streams', async () => {
  const someone = await signUp(stack.url);
  const { assetId: awaited } = await film(stack, someone);
  const transcode = (status: string) =>
    stack.sql(
      `INSERT INTO transcodes (asset_id, version, status) VALUES ($1, 3, $2::transcode_status)
       ON CONFLICT (asset_id) DO UPDATE SET status = excluded.status`,
      [awaited, status],
    );
  for (const status of ['PENDING', 'PROCESSING', 'READY', 'FAILED']) {
    await transcode(status);
    const { body } = await someone.ask<AssetBody>('GET', `/assets/${awaited}`);
    expect(body).toMatchObject({ status: 'READY', streaming: { status } });
  }
  // Written down with, or after, whatever the other two would have been.
  const { totals } = await until(
    () => access('asset', someone),
    ({ totals: { views } }) => views >= 2,
  );
  expect(totals.views).toBe(2);
});

it('answers while nothing can be written down, and writes it down afterwards', async () => {
  const someone = await signUp(stack.url);
  const { assetId: seen } = await film(stack, someone);
  const database = new pg.Client(stack.databaseUrl);
  await database.connect();
  try {
    await database.query('BEGIN');
    await database.query('LOCK TABLE access_hits IN ACCESS EXCLUSIVE MODE');
    expect((await someone.ask('GET', `/assets/${seen}`)).status).toBe(200);
    await until(waitingWriters, (writers) => writers.length > 0);
    // One that comes while it hangs.
    expect((await someone.ask('GET', `/assets/${seen}`)).status).toBe(200);
  } finally {
    await database.end();
  }
  await until(
    () => access('asset', someone),
    ({ totals }) => totals.views === 2,
  );
});

/** Statements that wait for a lock, to write down accesses. */
const waitingWriters = () =>
  stack.sql(`SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%INTO access_hits%'`);

it.each([
  '/stats/access',
  '/stats/access?groupBy=password',
  '/stats/access?groupBy=asset&from=yesterday',
  '/stats/access?groupBy=asset&from=2026-02-02&to=2026-01-01',
  '/stats/access?groupBy=asset&from=0001-01-01&to=2026-01-01',
  '/stats/access?groupBy=asset&limit=0',
  '/stats/access?groupBy=asset&scope=galaxy',
  '/stats/assets?groupBy=label:',
  "/stats/assets?groupBy=label:x'%3B--",
  '/stats/assets?groupBy=owner_id',
])('refuses %s', async (path) => {
  expect(await owner.ask('GET', path)).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED' } });
});

it('writes down what it remembers when it is asked to stop', async () => {
  const api = await stack.startApi({ ACCESS_LOG_FLUSH_SECONDS: '3600' });
  await stack.untilReady();
  const there = owner.at(stack.urls.at(-1) ?? '');
  const before = (await access('asset')).totals.views;
  await there.ask('GET', `/assets/${bare}`);
  api.kill('SIGTERM');
  expect(await api.ended).toBe(0);
  expect((await access('asset')).totals.views).toBe(before + 1);
});
