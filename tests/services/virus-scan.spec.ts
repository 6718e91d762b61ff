import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { signUp, type Account, type AssetBody } from '../support/account.js';
import { freePort } from '../support/free-port.js';
import { photo } from '../support/photos.js';
import { startStack, type Stack } from '../support/stack.js';
import { until } from '../support/until.js';

/** The test file that every scanner knows (eicar.org), in two halves: as a whole it would alarm scanners of this folder. */
const EICAR = Buffer.from(['X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-', 'STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join(''));
const { CLAMAV_HOST = '', CLAMAV_PORT = '' } = process.env;
const SCANNER = { CLAMAV_HOST, CLAMAV_PORT };

let stack: Stack;
let account: Account;
afterEach(() => stack.stop());

async function start(env: Record<string, string>): Promise<void> {
  stack = await startStack({ env });
  account = await signUp(stack.url);
}

async function uploaded(bytes: Buffer, filename: string, contentType: string): Promise<AssetBody> {
  return account.settled((await account.upload(bytes, { filename, contentType })).assetId);
}

interface AuditBody {
  items: { action: string; subject: { id: string } | null; payload: Record<string, unknown> }[];
}

it('an infected file is FAILED with the reason and removed; administrators are told', async () => {
  await start(SCANNER);
  const asset = await uploaded(EICAR, 'invoice.txt', 'text/plain');
  expect(asset).toMatchObject({ status: 'FAILED', failure: { code: 'INFECTED' } });
  expect(asset.failure?.reason).toContain('Eicar-Test-Signature');
  await until(
    () => stack.objects(),
    (keys) => keys.length === 0,
  );
  expect((await fetch(asset.downloadUrl)).status).toBe(404);
  const admin = await stack.admin();
  const { body } = await admin.ask<AuditBody>('GET', '/audit?action=asset.infected');
  expect(body.items).toMatchObject([{ action: 'asset.infected', payload: { filename: 'invoice.txt' } }]);
  expect(stack.log()).toContain('INFECTED');
  // What is left in order is left alone.
  expect(await uploaded(await photo(64, 48), 'photo.jpg', 'image/jpeg')).toMatchObject({
    status: 'READY',
    warnings: [],
  });
  expect(await uploaded(Buffer.from('fine'), 'notes.txt', 'text/plain')).toMatchObject({ status: 'READY' });
});

it('files wait for a scanner that is away, and are never let pass without it', async () => {
  const port = await freePort();
  await start({ CLAMAV_HOST: '127.0.0.1', CLAMAV_PORT: String(port) });
  const { assetId } = await account.upload(await photo(64, 48));
  const admin = await stack.admin();
  await until(
    () => admin.ask<{ items: { error: { code: string } | null }[] }>('GET', `/jobs?assetId=${assetId}`),
    ({ body }) => JSON.stringify(body.items).includes('SCANNER_UNAVAILABLE'),
  );
  expect((await account.ask('GET', `/assets/${assetId}`)).body).toMatchObject({ status: 'PROCESSING' });
  const door = createServer({ allowHalfOpen: true }, (socket) => {
    const onward = connect({ host: CLAMAV_HOST, port: Number(CLAMAV_PORT), allowHalfOpen: true });
    socket.pipe(onward).pipe(socket);
  }).listen(port, '127.0.0.1');
  await once(door, 'listening');
  expect(await account.settled(assetId)).toMatchObject({ status: 'READY' });
  door.close();
});

it.each([
  ['accept', { status: 'READY', warnings: [{ code: 'NOT_SCANNED' }] }],
  ['refuse', { status: 'FAILED', failure: { code: 'TOO_LARGE_TO_SCAN' } }],
])('a file that is too large to be scanned, where the setting is to %s', async (oversize, expected) => {
  await start({ ...SCANNER, CLAMAV_MAX_BYTES: '1000', CLAMAV_OVERSIZE: oversize });
  expect(await uploaded(await photo(64, 48), 'photo.jpg', 'image/jpeg')).toMatchObject(expected);
  expect(await uploaded(EICAR, 'small.txt', 'text/plain')).toMatchObject({ failure: { code: 'INFECTED' } });
});
