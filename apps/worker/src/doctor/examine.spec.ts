import { mkdtemp, mkdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { v7 as uuidv7 } from 'uuid';
import { createDatabase, type TestDatabase } from '../../../../tests/support/database.js';
import { Rows } from '../../../../tests/support/rows.js';
import { openDatabase } from '../../../../tests/support/open-database.js';
import type { Database } from '#libs/database/database.js';
import { enqueue, type JobRequest } from '#libs/queue/enqueue.js';
import { DiskObjectStore } from '#libs/storage/disk/disk-store.js';
import type { Multipart } from '#libs/storage/multipart.js';
import { assetPrefix, changedOriginalKey, originalKey, renditionKey } from '#libs/storage/keys.js';
import { examine, type Report } from './examine.js';
import type { DoctorOptions } from './options.js';
import { mend } from './mend/mend.js';
import { exitCode, toText } from './report.js';
import { listStore } from './survey/list-store.js';
import { Survey, type Diagnosis } from './survey/survey.js';

const HOUR_MS = 3_600_000;

let testDatabase: TestDatabase;
let database: Database;
let root: string;
let store: DiskObjectStore;
let rows: Rows;

beforeAll(async () => {
  testDatabase = await createDatabase();
  database = openDatabase(testDatabase.url);
});

beforeEach(async () => {
  await database.client.$executeRaw`TRUNCATE assets, uploads, jobs, events CASCADE`;
  root = await mkdtemp(path.join(tmpdir(), 'doctor-'));
  store = new DiskObjectStore({ root, publicUrl: 'http://localhost', secret: 's'.repeat(32) });
  rows = new Rows(database);
});

afterEach(() => rm(root, { recursive: true }));

afterAll(async () => {
  await database.close();
  await testDatabase.drop();
});

const ask = (options: Partial<DoctorOptions> = {}, say: (line: string) => void = () => undefined): Promise<Report> =>
  examine(
    { store, database, databaseUrl: testDatabase.url, say },
    { fix: false, force: false, graceMinutes: 60, ...options },
  );

/** An object that is three hours old. */
async function put(key: string, size = 10, ageMs = 3 * HOUR_MS): Promise<string> {
  await store.write(key, Buffer.alloc(size), { contentType: 'image/jpeg', size });
  const at = new Date(Date.now() - ageMs);
  await utimes(path.join(store.dataFolder, key), at, at);
  return key;
}

/** An asset with all of its objects. */
async function whole(...[told, renditions]: Parameters<Rows['asset']>) {
  const asset = await rows.asset(told, renditions);
  await put(asset.objectKey, Number(asset.size));
  for (const { objectKey, size } of asset.renditions) await put(objectKey, Number(size));
  return asset;
}

const strayKey = (name = 'original') => `${assetPrefix(uuidv7(), uuidv7())}${name}`;
const record = (request: JobRequest) => database.transaction((tx) => enqueue(tx, request));
const counts = ({ findings }: Report) => Object.fromEntries(findings.map(({ problem, count }) => [problem, count]));
const exists = async (key: string) => (await store.head(key)) !== null;
const jobsOf = (assetId: string) => database.client.job.findMany({ where: { assetId } });

it('finds nothing wrong where nothing is', async () => {
  await whole();
  await whole({ status: 'PENDING' }, { version: 1, kinds: [] }).then(({ id: assetId, tenantId }) =>
    record({ kind: 'process-asset', tenantId, assetId, payload: { version: 1 } }),
  );
  const upload = await rows.upload('WAITING');
  await put(upload.objectKey);
  const report = await ask();
  expect(report).toMatchObject({ objects: 5, bytes: 40, assets: 2, findings: [], mended: null });
  expect(exitCode(report)).toBe(0);
  expect(toText(report)).toContain('Nothing is wrong.');
});

it('leaves what may become an original alone, as long as a job of its asset may make it that', async () => {
  const [processed, stripped, left] = [await whole(), await whole(), await whole()];
  const changed = ({ tenantId, id }: typeof left) => put(changedOriginalKey(tenantId, id, uuidv7()));
  for (const asset of [processed, stripped]) await changed(asset);
  const orphan = await changed(left);
  const jobs = [
    { kind: 'process-asset', payload: { version: 2 }, tenantId: processed.tenantId, assetId: processed.id },
    { kind: 'strip-location', payload: {}, tenantId: stripped.tenantId, assetId: stripped.id },
  ] as const;
  for (const job of jobs) await record(job);
  const report = await ask({ fix: true });
  expect(counts(report)).toEqual({ orphan: 1 });
  expect(report.findings[0]?.examples).toMatchObject([{ key: orphan }]);
  expect(await exists(orphan)).toBe(false);
});

describe('one of each', () => {
  let orphans: string[];
  let leftovers: string[];
  let lost: Awaited<ReturnType<typeof whole>>;
  let damaged: Awaited<ReturnType<typeof whole>>;
  let bare: Awaited<ReturnType<typeof whole>>;
  let stuck: Awaited<ReturnType<typeof whole>>;

  beforeEach(async () => {
    for (let good = 0; good < 4; good++) await whole();
    orphans = [await put(strayKey()), await put('probe/0'), await put(strayKey('1/preview.webp'))].sort();
    leftovers = [(await rows.upload('EXPIRED')).objectKey, (await rows.upload('REJECTED')).objectKey].sort();
    for (const key of leftovers) await put(key);
    [lost, damaged, bare] = [await whole(), await whole(), await whole()];
    stuck = await whole({ status: 'PROCESSING' }, { version: 1, kinds: [] });
    await store.delete([lost.objectKey, ...bare.renditions.map(({ objectKey }) => objectKey)]);
    await put(damaged.objectKey, 9);
  });

  const found = {
    orphan: 3,
    'upload-leftover': 2,
    'original-lost': 1,
    'original-differs': 1,
    'rendition-lost': 2,
    'job-missing': 1,
  };

  it('is found, with examples, and nothing is changed', async () => {
    const report = await ask();
    expect(counts(report)).toEqual(found);
    expect(report.findings).toMatchObject([
      { bytes: 30, assets: 0, examples: orphans.map((key) => ({ key, bytes: 10, assetId: null })) },
      { bytes: 20, assets: 0, examples: leftovers.map((key) => ({ key })) },
      { bytes: 10, assets: 1, examples: [{ key: lost.objectKey, assetId: lost.id }] },
      { assets: 1, examples: [{ assetId: damaged.id }] },
      { bytes: 10, assets: 1, examples: [{ assetId: bare.id }, { assetId: bare.id }] },
      { assets: 1, examples: [{ assetId: stuck.id }] },
    ]);
    expect(exitCode(report)).toBe(1);
    const text = toText(report);
    for (const line of ['--fix would:', 'delete 3 objects', 'mark 1 asset as FAILED', ...orphans, ...leftovers])
      expect(text).toContain(line);
    expect(counts(await ask())).toEqual(found);
    expect(await database.client.job.count()).toBe(0);
    expect(await database.client.event.count()).toBe(0);
  });

  it('is mended by --fix, but for what only a backup can bring back', async () => {
    const report = await ask({ fix: true });
    expect(report.mended).toEqual([
      { problem: 'orphan', count: 3 },
      { problem: 'upload-leftover', count: 2 },
      { problem: 'original-lost', count: 1 },
      { problem: 'rendition-lost', count: 1 },
      { problem: 'job-missing', count: 1 },
    ]);
    for (const key of [...orphans, ...leftovers]) expect(await exists(key)).toBe(false);
    expect(await database.client.asset.findUnique({ where: { id: lost.id } })).toMatchObject({
      status: 'FAILED',
      failureCode: 'OBJECT_LOST',
      failureReason: 'The file is no longer in the object store.',
    });
    const event = { type: 'asset.failed', subjectId: lost.id, payload: { code: 'OBJECT_LOST' } };
    expect(await database.client.event.findMany()).toMatchObject([event]);
    expect(await jobsOf(bare.id)).toMatchObject([{ kind: 'process-asset', tier: 1, payload: { version: 2 } }]);
    expect(await jobsOf(stuck.id)).toMatchObject([{ kind: 'process-asset', tier: 1, payload: { version: 1 } }]);
    expect(exitCode(report)).toBe(1);
    expect(toText(report)).toContain('Done:');
    expect(counts(await ask())).toEqual({ 'original-differs': 1 });
  });

  it('is all mended when no original is damaged', async () => {
    await store.delete([damaged.objectKey]);
    await put(damaged.objectKey, 10);
    expect(exitCode(await ask({ fix: true }))).toBe(0);
    expect(exitCode(await ask())).toBe(0);
  });
});

describe('leaves alone', () => {
  it('what is younger than the grace time, objects and rows', async () => {
    await put(strayKey(), 10, HOUR_MS / 2);
    const young = { createdAt: new Date(Date.now() - HOUR_MS / 2) };
    await rows.asset(young, { version: 1, kinds: [] });
    const asset = await whole();
    await store.delete(asset.renditions.map(({ objectKey }) => objectKey));
    await database.client.rendition.updateMany({ data: young });
    expect((await ask()).findings).toEqual([]);
    const all = { orphan: 1, 'original-lost': 1, 'rendition-lost': 2 };
    expect(counts(await ask({ graceMinutes: 20 }))).toEqual(all);
    expect(counts(await ask({ graceMinutes: 0 }))).toEqual(all);
  });

  it('what a job is about to remove', async () => {
    const asset = await whole({}, { version: 3, kinds: ['thumbnail'] });
    const { tenantId, id } = asset;
    await put(renditionKey(tenantId, id, 1, 'thumbnail.webp'));
    const orphan = await put(renditionKey(tenantId, id, 4, 'thumbnail.webp'));
    const gone = uuidv7();
    await put(originalKey(tenantId, gone));
    const runAt = new Date(Date.now() + HOUR_MS);
    const versionsOf = assetPrefix(tenantId, id);
    await record({ kind: 'delete-objects', tenantId, payload: { versionsOf, before: 3 }, runAt });
    await record({ kind: 'delete-objects', tenantId, payload: { prefix: assetPrefix(tenantId, gone) } });
    expect((await ask()).findings).toMatchObject([{ problem: 'orphan', count: 1, examples: [{ key: orphan }] }]);
    await database.client.job.updateMany({ data: { state: 'FAILED', finishedAt: new Date() } });
    expect(counts(await ask())).toEqual({ orphan: 3 });
  });

  it('what a job is about to record', async () => {
    const asset = await whole();
    const { tenantId, id: assetId } = asset;
    await put(renditionKey(tenantId, assetId, 2, 'preview.webp'));
    await record({ kind: 'process-asset', tenantId, assetId, payload: { version: 2 } });
    expect((await ask()).findings).toEqual([]);
    await database.client.job.updateMany({ data: { state: 'FAILED' } });
    expect(counts(await ask())).toEqual({ orphan: 1 });
  });

  it('assets without renditions that are to be processed, and those that are known to be lost', async () => {
    const asset = await whole();
    const { tenantId, id: assetId } = asset;
    await store.delete(asset.renditions.map(({ objectKey }) => objectKey));
    await record({ kind: 'process-asset', tenantId, assetId, payload: { version: 2 } });
    await rows.asset({ status: 'FAILED', failureCode: 'OBJECT_LOST' });
    expect((await ask()).findings).toEqual([]);
  });

  it('objects whose keys it would not make, and says so', async () => {
    await put(strayKey());
    await mkdir(path.join(store.dataFolder, 'of somebody else'), { recursive: true });
    const file = path.join(store.dataFolder, 'of somebody else', 'notes (1).txt');
    await writeFile(file, 'hello');
    await utimes(file, 0, 0);
    const report = await ask({ fix: true });
    expect(counts(report)).toEqual({ orphan: 1, foreign: 1 });
    expect(exitCode(report)).toBe(1);
    expect(counts(await ask())).toEqual({ foreign: 1 });
  });
});

describe('what arrives in parts', () => {
  /** Begun three hours ago, unless told otherwise; ten bytes of it are there. */
  async function arriving(key: string, ageMs = 3 * HOUR_MS): Promise<Multipart> {
    const multipart = { key, id: await store.multipart.begin(key, 'video/mp4') };
    const { url } = await store.multipart.presignPart({ ...multipart, number: 1, size: 10, expiresInSeconds: 60 });
    const { pathname, searchParams } = new URL(url);
    const grant = store.verify('PUT', pathname.slice('/objects/'.length), searchParams);
    if (!('part' in grant)) throw new Error('the URL of a part grants another thing');
    await store.multipart.acceptPart(grant, Readable.from([Buffer.alloc(10)]));
    const at = new Date(Date.now() - ageMs);
    await utimes(path.join(root, 'parts', key, multipart.id, 'begun.json'), at, at);
    return multipart;
  }
  const isThere = async (multipart: Multipart) => (await store.multipart.parts(multipart)) !== null;

  it('is found and removed when nobody sends it, and left alone when somebody does', async () => {
    await whole();
    const [form, chosen, expired] = [
      await rows.upload('WAITING'),
      await rows.upload('WAITING'),
      await rows.upload('EXPIRED'),
    ];
    const job = await whole();
    await record({ kind: 'process-asset', tenantId: job.tenantId, assetId: job.id, payload: { version: 2 } });
    const mine = await arriving(chosen.objectKey);
    await database.client.upload.update({ where: { id: chosen.id }, data: { multipartId: mine.id } });
    const stay = [
      mine,
      await arriving(form.objectKey),
      await arriving(renditionKey(job.tenantId, job.id, 2, 'preview.webp')),
      await arriving(strayKey(), HOUR_MS / 2),
    ];
    const go = [await arriving(strayKey()), await arriving(expired.objectKey), await arriving(chosen.objectKey)];
    const found = await ask();
    expect(found.findings).toMatchObject([{ problem: 'upload-unfinished', count: 3, bytes: 30 }]);
    expect(toText(found)).toContain('remove the parts of 3 files');
    const mended = await ask({ fix: true });
    expect(mended.mended).toEqual([{ problem: 'upload-unfinished', count: 3 }]);
    expect(exitCode(mended)).toBe(0);
    expect(await Promise.all(go.map(isThere))).toEqual([false, false, false]);
    expect(await Promise.all(stay.map(isThere))).toEqual([true, true, true, true]);
  });
});

describe('what changes while it looks', () => {
  let survey: Survey;

  beforeEach(async () => {
    survey = await Survey.open(testDatabase.url, 60);
  });
  afterEach(() => survey.close());

  const quiet = () => undefined;
  const list = () => listStore(store, survey, quiet);
  const mendAll = (diagnosis: Diagnosis) => mend({ store, database, survey, say: quiet }, diagnosis);

  it('is not wrong when a job has removed it', async () => {
    const asset = await whole({}, { version: 1, kinds: [] });
    const { tenantId, id, objectKey } = asset;
    await list();
    await database.client.asset.delete({ where: { id } });
    await store.delete([objectKey]);
    await record({ kind: 'delete-objects', tenantId, payload: { prefix: assetPrefix(tenantId, id) } });
    await database.client.job.updateMany({ data: { state: 'COMPLETED', finishedAt: new Date() } });
    expect((await survey.search()).findings).toEqual([]);
  });

  it('survives when it has come to belong to something', async () => {
    const stays = await put(strayKey());
    const [tenantId = '', assetId = ''] = stays.split('/');
    const goes = await put(strayKey());
    await list();
    const diagnosis = await survey.search();
    await rows.asset({ id: assetId, tenantId, objectKey: stays }, { version: 1, kinds: [] });
    expect(await mendAll(diagnosis)).toEqual([{ problem: 'orphan', count: 1 }]);
    expect([await exists(stays), await exists(goes)]).toEqual([true, false]);
  });

  it('is not lost when the store has it after all', async () => {
    const asset = await rows.asset({}, { version: 1, kinds: [] });
    await list();
    const diagnosis = await survey.search();
    await put(asset.objectKey);
    expect(await mendAll(diagnosis)).toEqual([{ problem: 'original-lost', count: 0 }]);
    expect(await database.client.asset.findUnique({ where: { id: asset.id } })).toMatchObject({ status: 'READY' });
  });

  it('is processed once when somebody else has asked for it', async () => {
    const [asked, replaced, stuck, deleted] = [await whole(), await whole(), await whole(), await whole()];
    const all = [asked, replaced, deleted].flatMap(({ renditions }) => renditions.map(({ objectKey }) => objectKey));
    await store.delete(all);
    await database.client.asset.update({ where: { id: stuck.id }, data: { status: 'PROCESSING' } });
    await list();
    const diagnosis = await survey.search();
    const { tenantId, id: assetId } = asked;
    await record({ kind: 'process-asset', tenantId, assetId, payload: { version: 2 } });
    for (const { id, objectKey } of replaced.renditions)
      await database.client.rendition.update({ where: { id }, data: { objectKey: objectKey.replace('/1/', '/2/') } });
    await database.client.asset.update({ where: { id: stuck.id }, data: { status: 'READY' } });
    await database.client.asset.delete({ where: { id: deleted.id } });
    expect(await mendAll(diagnosis)).toEqual([
      { problem: 'rendition-lost', count: 0 },
      { problem: 'job-missing', count: 0 },
    ]);
    expect(await database.client.job.count()).toBe(1);
  });

  it('takes a job along when its asset is lost', async () => {
    const { id: assetId, tenantId } = await rows.asset({ status: 'PENDING' }, { version: 1, kinds: [] });
    await record({ kind: 'process-asset', tenantId, assetId, payload: { version: 1 } });
    await list();
    expect(await mendAll(await survey.search())).toEqual([{ problem: 'original-lost', count: 1 }]);
    expect(await jobsOf(assetId)).toMatchObject([{ state: 'CANCELLED' }]);
  });
});

describe('a store that is not the one of this database', () => {
  it('is not emptied', async () => {
    const keys: string[] = [];
    for (let made = 0; made < 12; made++) keys.push(await put(strayKey()));
    await whole();
    const report = await ask({ fix: true });
    expect(report).toMatchObject({ mended: null, refused: expect.stringContaining('12 objects of 15') });
    expect(exitCode(report)).toBe(1);
    expect(toText(report)).toContain('Nothing was changed');
    expect(await Promise.all(keys.map(exists))).toEqual(keys.map(() => true));
    expect((await ask({ fix: true, force: true })).mended).toEqual([{ problem: 'orphan', count: 12 }]);
  });

  it('does not make every asset FAILED', async () => {
    for (let made = 0; made < 12; made++) await rows.asset({}, { version: 1, kinds: [] });
    const report = await ask({ fix: true });
    expect(report).toMatchObject({ mended: null, refused: expect.stringContaining('12 assets of 12') });
    expect(await database.client.asset.count({ where: { status: 'READY' } })).toBe(12);
  });
});

it('works through thousands, batch by batch, and shows twenty', async () => {
  const folder = path.join(store.dataFolder, 'probe');
  await mkdir(folder, { recursive: true });
  for (let made = 0; made < 5_001; made++) await writeFile(path.join(folder, String(made)), 'x');
  const report = await ask({ fix: true, force: true, graceMinutes: 0 });
  expect(report).toMatchObject({ objects: 5_001, findings: [{ count: 5_001, bytes: 5_001 }] });
  expect(report.findings[0]?.examples).toHaveLength(20);
  expect(toText(report)).toContain('and 4,981 more');
  expect(report.mended).toEqual([{ problem: 'orphan', count: 5_001 }]);
  expect((await ask()).objects).toBe(0);
});
