import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { H264, make, PICTURES } from '#libs/media/ffmpeg/films.fixtures.js';
import { v7 as uuidv7 } from 'uuid';
import { acrossTenants } from '#libs/database/wall/tenant-scope.js';
import { signUp, type Account, type Answer, type AssetBody } from '../../support/account.js';
import { withRows } from '../../support/film.js';
import { startStack, type Stack } from '../../support/stack.js';
import { until } from '../../support/until.js';

let stack: Stack;
let account: Account;

beforeAll(async () => {
  stack = await startStack({ env: { RECONCILE_INTERVAL_SECONDS: '1' } });
  account = await signUp(stack.url);
});
afterAll(() => stack.stop());

const GPS = {
  GPSLatitudeRef: 'N',
  GPSLatitude: '52/1 31/1 12/1',
  GPSLongitudeRef: 'E',
  GPSLongitude: '13/1 24/1 18/1',
};
/** 52° as EXIF writes it, little-endian. */
const LATITUDE = Buffer.from([52, 0, 0, 0, 1, 0, 0, 0]);

const photo = (background: string) =>
  sharp({ create: { width: 64, height: 48, channels: 3, background } })
    .withExif({ IFD0: { Make: 'Acme' }, IFD3: GPS })
    .jpeg()
    .toBuffer();

interface Seen extends AssetBody {
  metadata: { exif?: { camera?: object; gps?: object }; gps?: object };
}

const see = (id: string) => account.ask<Seen>('GET', `/assets/${id}`);
const remove = (id: string, etag: string, who = account): Promise<Answer<Seen>> =>
  who.ask<Seen>('DELETE', `/assets/${id}/location`, undefined, { 'if-match': etag });
const original = async ({ downloadUrl }: AssetBody) => {
  const answer = await fetch(downloadUrl);
  return answer.ok ? Buffer.from(await answer.arrayBuffer()) : null;
};

/** The original once it is another one than it was; a URL that was signed just before leads nowhere. */
const changed = async (id: string, before: Buffer | null) => {
  const bytes = await until(
    async () => original((await see(id)).body),
    (now) => now !== null && before !== null && !now.equals(before),
  );
  if (!bytes) throw new Error('it was there');
  return { bytes, asset: (await see(id)).body };
};

it('takes away where a photo was taken: from what is told at once, from the bytes soon, for good', async () => {
  const jpeg = await photo('#f00');
  const { assetId } = await account.upload(jpeg);
  const { assetId: twin } = await account.upload(jpeg, { filename: 'twin.jpg' });
  await Promise.all([account.settled(assetId), account.settled(twin)]);
  const { body: before, headers } = await see(assetId);
  expect(before.metadata.exif?.gps).toMatchObject({ latitude: 52.52 });

  expect((await account.ask('DELETE', `/assets/${assetId}/location`)).body).toMatchObject({ status: 428 });
  expect((await remove(assetId, '"99"')).body).toMatchObject({ code: 'PRECONDITION_FAILED' });
  expect((await remove(assetId, '*', await signUp(stack.url))).body).toMatchObject({ code: 'ASSET_NOT_FOUND' });
  expect((await remove('nothing', '*')).body).toMatchObject({ code: 'ASSET_NOT_FOUND' });

  const etag = headers.get('etag') ?? '';
  const removed = await remove(assetId, etag);
  expect(removed.status).toBe(200);
  expect(removed.body.metadata.exif).toEqual({ camera: { make: 'Acme' }, orientation: 1 });
  expect(removed.headers.get('etag')).not.toBe(etag);
  expect((await remove(assetId, etag)).status).toBe(412);

  const { bytes, asset } = await changed(assetId, jpeg);
  expect([bytes.length, bytes.includes(LATITUDE)]).toEqual([jpeg.length, false]);
  expect(asset.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
  // The other file of the same bytes is somebody else's decision.
  expect((await original((await see(twin)).body))?.equals(jpeg)).toBe(true);
  expect((await see(twin)).body.metadata.exif?.gps).toMatchObject({ latitude: 52.52 });

  // Again is nothing to do; processed anew it is not told either.
  expect((await remove(assetId, '*')).status).toBe(200);
  const admin = await stack.admin();
  await admin.ask('POST', '/assets/reprocess', { assetIds: [assetId] });
  await until(
    () => account.settled(assetId),
    ({ thumbnailUrl }) => new URL(thumbnailUrl ?? '').pathname !== new URL(asset.thumbnailUrl ?? '').pathname,
  );
  const { body: again } = await see(assetId);
  expect([again.status, again.metadata.exif?.gps]).toEqual(['READY', undefined]);
  const log = await admin.ask<{ items: { action: string; actor: { email: string } }[] }>(
    'GET',
    `/audit?subject=${assetId}&action=asset.location-removed`,
  );
  expect(log.body.items.map(({ actor }) => actor.email)).toEqual([account.email, account.email]);
});

it('removes the bytes with the place, and with the asset those without', async () => {
  const { assetId } = await account.upload(await photo('#0f0'));
  const before = await account.settled(assetId);
  await remove(assetId, '*');
  const { asset } = await changed(assetId, await original(before));
  const isGone = async ({ downloadUrl }: AssetBody) => (await fetch(downloadUrl)).status === 404;
  await until(() => isGone(before), Boolean);
  expect(await isGone(asset)).toBe(false);
  expect((await account.ask('DELETE', `/assets/${assetId}?permanent=true`)).status).toBe(204);
  await until(() => isGone(asset), Boolean);
});

it('takes it out of a film', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'location-'));
  const place = ['-metadata', 'location=+52.5200+013.4050+034.000/', '-movflags', 'use_metadata_tags'];
  const bytes = await readFile(await make(folder, 'film.mp4', [...PICTURES('64x64', 1), ...H264, ...place]));
  await rm(folder, { recursive: true });
  const { assetId } = await account.upload(bytes, { filename: 'film.mp4', contentType: 'video/mp4' });
  await account.streamed(assetId);
  expect((await see(assetId)).body.metadata.gps).toMatchObject({ latitude: 52.52 });
  expect((await remove(assetId, '*')).body.metadata.gps).toBeUndefined();
  const stripped = await changed(assetId, bytes);
  expect([stripped.bytes.length, stripped.bytes.includes('+52.5200')]).toEqual([bytes.length, false]);
});

it('leaves the original where it is while another job of the asset has its key', async () => {
  const { assetId } = await account.upload(await photo('#00f'));
  const before = await original(await account.settled(assetId));
  await withRows(stack, (database) =>
    acrossTenants(async () => {
      const { tenantId } = await database.client.asset.findFirstOrThrow({ where: { id: assetId } });
      const about = { kind: 'transcode-video', tenantId, assetId, fairTag: 0n, maxAttempts: 1 } as const;
      const lease = { leaseToken: uuidv7(), leaseExpiresAt: new Date(Date.now() + 3_600_000) };
      const { id } = await database.client.job.create({ data: { id: uuidv7(), ...about, ...lease, state: 'ACTIVE' } });
      await remove(assetId, '*');
      const where = { assetId, kind: 'strip-location' };
      const looksAgain = () => database.client.job.findFirst({ where: { ...where, state: 'DELAYED' } });
      await until(looksAgain, (job) => job !== null);
      expect(await original((await see(assetId)).body)).toEqual(before);
      await database.client.job.updateMany({ where: { id }, data: { state: 'COMPLETED', leaseToken: null } });
      await database.client.job.updateMany({ where, data: { runAt: new Date() } });
    }),
  );
  expect((await changed(assetId, before)).bytes.includes(LATITUDE)).toBe(false);
});
