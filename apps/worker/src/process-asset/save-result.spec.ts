import { createDatabase, type TestDatabase } from '../../../../tests/support/database.js';
import { Rows } from '../../../../tests/support/rows.js';
import { openDatabase } from '../../../../tests/support/open-database.js';
import type { Database } from '#libs/database/database.js';
import { LeaseLostError, Leases } from '#libs/queue/leases.js';
import { enqueue } from '#libs/queue/enqueue.js';
import { assetPrefix, renditionKey } from '#libs/storage/keys.js';
import { giveUpAsset } from '#libs/giving-up/give-up-asset.js';
import { saveResult, type StoredResult } from './save-result.js';

const URL_SECONDS = 3600;
const FAILURE = { code: 'CORRUPT_FILE', detail: 'The file is damaged.', permanent: true };

let testDatabase: TestDatabase;
let database: Database;
let rows: Rows;

beforeAll(async () => {
  testDatabase = await createDatabase();
  database = openDatabase(testDatabase.url);
});

beforeEach(async () => {
  await database.client.$executeRaw`TRUNCATE assets, jobs, events CASCADE`;
  rows = new Rows(database);
});

afterAll(async () => {
  await database.close();
  await testDatabase.drop();
});

type Row = Awaited<ReturnType<Rows['asset']>>;

/** As a run of this version would, which has made a thumbnail. */
const save = (asset: Row, version: number, kinds: 'thumbnail'[] = ['thumbnail'], facts: StoredResult['facts'] = {}) => {
  const outputs = kinds.map((kind) => ({
    kind,
    path: '/nowhere',
    mime: 'image/webp',
    width: 4,
    height: 3,
    size: 7,
    objectKey: renditionKey(asset.tenantId, asset.id, version, `${kind}.webp`),
  }));
  const result = {
    version,
    content: 1,
    sha256: 'a'.repeat(64),
    outputs,
    facts: { width: 40, height: 30, ...facts },
    warnings: [],
  };
  return database.transaction((tx) => saveResult(tx, asset, result, URL_SECONDS));
};

const fail = ({ tenantId, id: assetId }: Row, version: number) =>
  database.transaction((tx) => giveUpAsset(tx, { tenantId, assetId }, { version, content: null }, FAILURE));

const read = (id: string) => database.client.asset.findUniqueOrThrow({ where: { id }, include: { renditions: true } });
const shown = async (id: string) => (await read(id)).renditions.map(({ objectKey }) => objectKey);
const events = () => database.client.event.findMany({ orderBy: { id: 'asc' } });

it.each([
  ['bulk', 1],
  ['interactive', 0],
] as const)('streams of what was processed as %s work wait as such', async (tier, expected) => {
  const asset = await rows.asset({ kind: 'AUDIO', status: 'PROCESSING' }, { version: 1, kinds: [] });
  const { tenantId, id: assetId } = asset;
  const request = { kind: 'process-asset', tenantId, assetId, payload: { version: 1 }, tier } as const;
  await database.transaction((tx) => enqueue(tx, request));
  await new Leases(database, 'the worker', 60).claim('process-asset');
  await save(asset, 1, [], { hasAudio: true });
  const streams = await database.client.job.findFirst({ where: { assetId, kind: 'transcode-video' } });
  expect(streams).toMatchObject({ tier: expected });
});

describe('a first version', () => {
  it('makes the asset READY and leaves nothing to remove', async () => {
    const asset = await rows.asset({ status: 'PROCESSING', readyAt: null }, { version: 1, kinds: [] });
    expect(await save(asset, 1)).toEqual([]);
    expect(await read(asset.id)).toMatchObject({ status: 'READY', width: 40, readyAt: expect.any(Date) });
    expect(await shown(asset.id)).toEqual([renditionKey(asset.tenantId, asset.id, 1, 'thumbnail.webp')]);
    expect(await events()).toMatchObject([{ type: 'asset.ready' }]);
  });

  it('that fails makes the asset FAILED with the reason', async () => {
    const asset = await rows.asset({ status: 'PROCESSING' }, { version: 1, kinds: [] });
    await fail(asset, 1);
    const failure = { failureCode: 'CORRUPT_FILE', failureReason: 'The file is damaged.' };
    expect(await read(asset.id)).toMatchObject({ status: 'FAILED', ...failure, warnings: [] });
    expect(await events()).toMatchObject([{ type: 'asset.failed', payload: { code: 'CORRUPT_FILE' } }]);
  });
});

describe('a later version', () => {
  it('takes the place of the one before, whose objects go when no URL to them is good any longer', async () => {
    const asset = await rows.asset();
    const before = Date.now();
    const [token] = await save(asset, 2);
    const after = Date.now();
    expect(await shown(asset.id)).toEqual([renditionKey(asset.tenantId, asset.id, 2, 'thumbnail.webp')]);
    expect(await read(asset.id)).toMatchObject({ status: 'READY', readyAt: asset.readyAt });
    const job = await database.client.job.findUniqueOrThrow({ where: { id: token?.jobId } });
    expect(job).toMatchObject({
      kind: 'delete-objects',
      tier: 1,
      state: 'DELAYED',
      payload: { versionsOf: assetPrefix(asset.tenantId, asset.id), before: 2 },
    });
    // However long the transaction took, whose beginning is its time.
    const [earliest, latest] = [before - (after - before), after].map((at) => at / 1000 + URL_SECONDS);
    expect(job.runAt.getTime() / 1000).toBeGreaterThanOrEqual((earliest ?? NaN) - 0.1);
    expect(job.runAt.getTime() / 1000).toBeLessThanOrEqual((latest ?? NaN) + 0.1);
  });

  it('removes what earlier ones stored that failed half way', async () => {
    const asset = await rows.asset({ status: 'PROCESSING' }, { version: 1, kinds: [] });
    expect(await save(asset, 3)).toHaveLength(1);
  });

  it('has nothing to remove where nothing was ever made', async () => {
    const asset = await rows.asset({ mimeType: 'text/plain' }, { version: 1, kinds: [] });
    expect(await save(asset, 2, [])).toEqual([]);
  });

  it('that fails leaves the asset READY as it was, with one warning', async () => {
    const odd = { code: 'TRUNCATED', detail: 'The file ends too early.' };
    const asset = await rows.asset({ warnings: [odd] });
    const before = await shown(asset.id);
    await fail(asset, 2);
    await fail(asset, 3);
    expect(await read(asset.id)).toMatchObject({
      status: 'READY',
      failureCode: null,
      warnings: [odd, { code: 'REPROCESSING_FAILED', detail: expect.stringContaining('The file is damaged.') }],
    });
    expect(await shown(asset.id)).toEqual(before);
    expect((await events()).map(({ type }) => type)).toEqual(Array(2).fill('asset.reprocessing-failed'));
  });

  it('that succeeds takes the warning away', async () => {
    const asset = await rows.asset();
    await fail(asset, 2);
    await save(asset, 3);
    expect(await read(asset.id)).toMatchObject({ warnings: [] });
  });
});

describe('an older version that comes last', () => {
  it('changes nothing, and what it stored is removed', async () => {
    const asset = await rows.asset({}, { version: 3, kinds: ['thumbnail'] });
    const [token] = await save(asset, 2);
    expect(await shown(asset.id)).toEqual(asset.renditions.map(({ objectKey }) => objectKey));
    expect(await events()).toEqual([]);
    const job = await database.client.job.findUniqueOrThrow({ where: { id: token?.jobId } });
    expect(job.payload).toMatchObject({ before: 3 });
  });

  it('and fails, warns of nothing', async () => {
    const asset = await rows.asset({}, { version: 3, kinds: ['thumbnail'] });
    await fail(asset, 2);
    expect(await read(asset.id)).toMatchObject({ status: 'READY', warnings: [] });
    expect(await events()).toEqual([]);
  });
});

it('writes nothing for an asset that was deleted', async () => {
  const asset = await rows.asset();
  await database.client.asset.delete({ where: { id: asset.id } });
  await expect(save(asset, 2)).rejects.toThrow(LeaseLostError);
  await fail(asset, 2);
  expect(await events()).toEqual([]);
});
