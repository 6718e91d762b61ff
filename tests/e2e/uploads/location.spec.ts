import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { signUp, type Account, type AssetBody } from '../../support/account.js';
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
const photo = (background: string) =>
  sharp({ create: { width: 64, height: 48, channels: 3, background } })
    .withExif({ IFD0: { Make: 'Acme' }, IFD3: GPS })
    .jpeg()
    .toBuffer();

interface Seen extends AssetBody {
  sha256: string;
  downloadUrl: string;
  metadata: { exif?: { camera?: object; gps?: object } };
}

async function seen(bytes: Buffer, id?: string) {
  const assetId = id ?? (await account.upload(bytes)).assetId;
  const body = (await account.settled(assetId)) as Seen;
  const answer = await fetch(body.downloadUrl);
  return { body, answer, bytes: Buffer.from(await answer.arrayBuffer()) };
}

it('a tenant that wants no places kept gets none: not in what is told, and not in what is delivered', async () => {
  const red = await photo('#f00');
  const open = await seen(red);
  expect(open.body.metadata.exif?.gps).toMatchObject({ latitude: 52.52 });
  expect(open.bytes.equals(red)).toBe(true);

  expect((await account.ask('PATCH', '/tenant', { stripLocation: 'yes' })).status).toBe(400);
  const changed = await account.ask('PATCH', '/tenant', { stripLocation: true });
  expect([changed.status, changed.body]).toMatchObject([200, { stripLocation: true }]);

  const blue = await photo('#00f');
  const { body, answer, bytes } = await seen(blue);
  expect(body.metadata.exif).toEqual({ camera: { make: 'Acme' }, orientation: 1 });
  expect(bytes.length).toBe(blue.length);
  expect(bytes.equals(blue)).toBe(false);
  expect(body.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
  expect(answer.headers.get('content-disposition')).toMatch(/^attachment/);
  const { exif } = await sharp(bytes).metadata();
  expect(exif?.includes(Buffer.from('Acme'))).toBe(true);
  expect(exif?.includes(Buffer.from([52, 0, 0, 0, 1, 0, 0, 0]))).toBe(false);

  // What was there before follows when it is processed anew; and what has been stripped can be.
  for (const { body: before } of [open, { body }]) {
    const admin = await stack.admin();
    expect((await admin.ask('POST', '/assets/reprocess', { assetIds: [before.id] })).body).toEqual({ queued: 1 });
    const version = ({ thumbnailUrl }: Pick<AssetBody, 'thumbnailUrl'>) => new URL(thumbnailUrl ?? '').pathname;
    await until(
      () => account.settled(before.id),
      (now) => version(now) !== version(before),
    );
    // Files and facts are read one after the other: of a moment between, the next look knows better.
    const again = (await account.settled(before.id)) as Seen;
    expect(again).toMatchObject({ status: 'READY', warnings: [] });
    expect(again.metadata.exif?.gps).toBeUndefined();
    expect((await fetch(again.downloadUrl)).status).toBe(200);
  }
});
