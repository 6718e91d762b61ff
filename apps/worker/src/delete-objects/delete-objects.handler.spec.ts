import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { v7 as uuidv7 } from 'uuid';
import { DiskObjectStore } from '#libs/storage/disk/disk-store.js';
import { assetPrefix, originalKey, renditionKey } from '#libs/storage/keys.js';
import { DeleteObjectsHandler } from './delete-objects.handler.js';

const [tenantId, assetId] = [uuidv7(), uuidv7()];
const prefix = assetPrefix(tenantId, assetId);
const mine = [originalKey(tenantId, assetId), ...[1, 2, 10].map((n) => renditionKey(tenantId, assetId, n, 'a.webp'))];
const theirs = [originalKey(tenantId, uuidv7()), renditionKey(uuidv7(), assetId, 1, 'a.webp')];

let root: string;
let store: DiskObjectStore;

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'delete-objects-'));
  store = new DiskObjectStore({ root, publicUrl: 'http://localhost', secret: 's'.repeat(32) });
  for (const key of [...mine, ...theirs])
    await store.write(key, Buffer.from('x'), { contentType: 'text/plain', size: 1 });
});
afterEach(() => rm(root, { recursive: true }));

const run = (payload: unknown, signal = new AbortController().signal) =>
  new DeleteObjectsHandler(store).run(
    {
      id: uuidv7(),
      kind: 'delete-objects',
      tenantId,
      assetId: null,
      payload,
      starts: 1,
      attempts: 0,
      maxAttempts: 5,
      leaseToken: uuidv7(),
    },
    signal,
  );

async function keys(): Promise<string[]> {
  const found: string[] = [];
  for await (const { key } of store.list('')) found.push(key);
  return found.sort();
}

it('removes all below a prefix and nothing beside it', async () => {
  await run({ prefix });
  expect(await keys()).toEqual([...theirs].sort());
});

it('aborts what was arriving in parts below a prefix, and nothing beside it', async () => {
  const multiparts = [];
  for (const key of [originalKey(tenantId, assetId), ...theirs])
    multiparts.push({ key, id: await store.multipart.begin(key, 'video/mp4') });
  await run({ prefix });
  const left = [];
  for await (const { key } of store.multipart.unfinished('')) left.push(key);
  expect(left.sort()).toEqual([...theirs].sort());
  expect(await store.multipart.parts(multiparts[0] ?? { key: '', id: '' })).toBeNull();
});

it('removes what versions before one have made, by number, and never the original', async () => {
  await run({ versionsOf: prefix, before: 10 });
  const left = [originalKey(tenantId, assetId), renditionKey(tenantId, assetId, 10, 'a.webp'), ...theirs];
  expect(await keys()).toEqual(left.sort());
});

it.each([
  ['nothing', {}],
  ['the whole store', { prefix: '' }],
  ['a tenant', { prefix: `${tenantId}/` }],
  ['a version as a prefix', { prefix: `${prefix}1/` }],
  ['the versions of a tenant', { versionsOf: `${tenantId}/`, before: 2 }],
  ['no version', { versionsOf: prefix }],
  ['version 0', { versionsOf: prefix, before: 0 }],
  ['more than it understands', { prefix, before: 2 }],
])('deletes nothing when asked for %s', async (_, payload) => {
  await expect(run(payload)).rejects.toThrow();
  expect(await keys()).toHaveLength(mine.length + theirs.length);
});

it('ends when it is told to', async () => {
  await expect(run({ prefix }, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
  expect(await keys()).toHaveLength(mine.length + theirs.length);
});
