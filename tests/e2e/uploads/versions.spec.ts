import { signUp, type Account, type AssetBody, type CompletedBody } from '../../support/account.js';
import { photo } from '../../support/photos.js';
import { startStack, type Stack } from '../../support/stack.js';
import { until } from '../../support/until.js';

type Completed = CompletedBody & { version: number };

let stack: Stack;
let small: Buffer;
let large: Buffer;

beforeAll(async () => {
  stack = await startStack({ env: { UPLOAD_DEDUPLICATE: 'true' } });
  [small, large] = await Promise.all([photo(64, 48), photo(120, 90)]);
});
afterAll(() => stack.stop());

const about = { resource: 'product', resourceId: '1' };
const upload = async (who: Account, bytes: Buffer, to: object = about, filename = 'a.jpg') =>
  (await who.upload(bytes, { filename, about: { ...to } })) as Completed;
const get = async (who: Account, id: string) => (await who.ask<AssetBody>('GET', `/assets/${id}`)).body;
const serving = (who: Account, id: string, version: number) =>
  until(
    () => get(who, id),
    (asset) => asset.version === version && asset.status === 'READY',
  );
const originals = async (completed: Completed) => {
  await stack.forgetUrls();
  const [tenant = ''] = completed.objectKey.split('/');
  return (await stack.objects(tenant)).filter((key) => key.endsWith('/original'));
};

describe('a file uploaded again to its thing', () => {
  it('is a new version of the same asset, and takes the place of the old one when it is READY', async () => {
    const who = await signUp(stack.url);
    const first = await upload(who, small);
    await who.settled(first.assetId);
    const second = await upload(who, large, { ...about, title: 'Now larger' });
    expect([first.version, second.version, second.assetId]).toEqual([1, 2, first.assetId]);
    const asset = await serving(who, first.assetId, 2);
    expect(asset).toMatchObject({ width: 120, height: 90, size: large.length, title: 'Now larger' });
    expect(Buffer.from(await (await fetch(asset.downloadUrl)).arrayBuffer()).equals(large)).toBe(true);
    expect((await who.ask<{ items: [] }>('GET', '/assets')).body.items).toHaveLength(1);
    await until(
      () => originals(first),
      (keys) => keys.length === 1,
    );
  });

  it('serves the old version as long as the new one is not READY, and when it never will be', async () => {
    const who = await signUp(stack.url);
    const { assetId } = await upload(who, small);
    await who.settled(assetId);
    const broken = Buffer.concat([large.subarray(0, 600), Buffer.alloc(500, 7)]);
    await upload(who, broken);
    const asset = await until(
      () => get(who, assetId),
      ({ warnings }) => warnings.length > 0,
    );
    expect(asset).toMatchObject({ status: 'READY', version: 1, width: 64 });
    expect(asset.warnings[0]?.code).toBe('REPROCESSING_FAILED');
    expect(Buffer.from(await (await fetch(asset.downloadUrl)).arrayBuffer()).equals(small)).toBe(true);
    await upload(who, large);
    expect(await serving(who, assetId, 3)).toMatchObject({ width: 120, warnings: [] });
  });

  it('ten times at once is one asset, whose last version is served in the end', async () => {
    const who = await signUp(stack.url);
    const all = await Promise.all(Array.from({ length: 10 }, (_, n) => upload(who, n % 2 ? small : large)));
    expect(new Set(all.map(({ assetId }) => assetId)).size).toBe(1);
    expect(all.map(({ version }) => version).sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    const last = all.findIndex(({ version }) => version === 10);
    expect(await serving(who, all[0]?.assetId ?? '', 10)).toMatchObject({ width: last % 2 ? 64 : 120 });
    await until(
      () => originals(all[0] as Completed),
      (keys) => keys.length === 1,
    );
  });

  it('is another one under another name, at another thing, or of another tenant', async () => {
    const [who, other] = [await signUp(stack.url), await signUp(stack.url)];
    const made = [
      await upload(who, small),
      await upload(who, small, about, 'b.jpg'),
      await upload(who, small, { resource: 'product', resourceId: '2' }),
      await upload(other, small),
    ];
    expect(new Set(made.map(({ assetId }) => assetId)).size).toBe(4);
  });
});

describe('the same bytes', () => {
  it('are kept once a tenant, as long as one asset is of them', async () => {
    const [who, other] = [await signUp(stack.url), await signUp(stack.url)];
    const made = [await upload(who, small, {}), await upload(who, small, {}), await upload(who, small, {}, 'c.jpg')];
    const foreign = await upload(other, small, {});
    await Promise.all(made.map(({ assetId }) => who.settled(assetId)));
    expect(new Set(made.map(({ objectKey }) => objectKey)).size).toBe(1);
    expect(foreign.objectKey).not.toBe(made[0]?.objectKey);
    await until(
      () => originals(made[0] as Completed),
      (keys) => keys.length === 1,
    );
    for (const [index, { assetId }] of made.entries()) {
      const { downloadUrl } = await get(who, assetId);
      expect((await fetch(downloadUrl)).status).toBe(200);
      expect((await who.ask('DELETE', `/assets/${assetId}?permanent=true`)).status).toBe(204);
      const left = made[index + 1];
      if (left) expect((await fetch((await get(who, left.assetId)).downloadUrl)).status).toBe(200);
    }
    await until(
      () => originals(made[0] as Completed),
      (keys) => keys.length === 0,
    );
    expect(await originals(foreign)).toHaveLength(1);
  });

  it('are counted right, however many upload and delete at once', async () => {
    const who = await signUp(stack.url);
    const bytes = await photo(80, 60);
    const made = await Promise.all(Array.from({ length: 8 }, () => upload(who, bytes, {})));
    await Promise.all([
      ...made.slice(0, 6).map(({ assetId }) => who.ask('DELETE', `/assets/${assetId}?permanent=true`)),
      ...Array.from({ length: 4 }, () => upload(who, bytes, {})),
    ]);
    const rows = await stack.sql(
      `SELECT refs, (SELECT count(*)::int FROM assets WHERE assets.object_key = blobs.object_key) AS users
       FROM blobs WHERE tenant_id::text = $1`,
      [made[0]?.objectKey.split('/')[0]],
    );
    expect(rows).toEqual([{ refs: 6, users: 6 }]);
  });
});
