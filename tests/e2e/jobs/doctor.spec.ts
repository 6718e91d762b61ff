import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DiskObjectStore } from '#libs/storage/disk/disk-store.js';
import { signUp, type Account } from '../../support/account.js';
import { withRows } from '../../support/film.js';
import { photo } from '../../support/photos.js';
import { startStack, type Stack } from '../../support/stack.js';
import { until } from '../../support/until.js';

const root = path.resolve(import.meta.dirname, '../../..');

interface Report {
  objects: number;
  assets: number;
  findings: { problem: string; count: number; examples: { key: string; assetId: string | null }[] }[];
  mended: { problem: string; count: number }[] | null;
}

let stack: Stack;
let account: Account;
let objects: DiskObjectStore;
let jpeg: Buffer;

beforeAll(async () => {
  stack = await startStack();
  [account, jpeg] = await Promise.all([signUp(stack.url), photo(64, 48)]);
  const folder = path.join(stack.directory, 'data', 'objects');
  objects = new DiskObjectStore({ root: folder, publicUrl: stack.url, secret: 'signs nothing' });
});
afterAll(() => stack.stop());

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

/** As `npm run doctor` does, on the data of the stack. */
function doctor(args: string[], env: Record<string, string> = {}): Promise<Ended> {
  const { PATH = '' } = process.env;
  const settings = { PATH, DATABASE_URL: stack.databaseUrl, DATA_DIR: path.join(stack.directory, 'data'), ...env };
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      ['scripts/doctor.mjs', ...args],
      { cwd: root, env: settings },
      (error, stdout, stderr) => {
        const code = error ? error.code : 0;
        if (typeof code === 'number') resolve({ code, stdout, stderr });
        else reject(error ?? new Error('the doctor was killed'));
      },
    );
  });
}

async function report(...args: string[]): Promise<Report & { code: number }> {
  const { code, stdout, stderr } = await doctor(['--json', '--grace', '0', ...args]);
  if (!stdout) throw new Error(stderr);
  return { ...(JSON.parse(stdout) as Report), code };
}

const counts = ({ findings }: Report) => Object.fromEntries(findings.map(({ problem, count }) => [problem, count]));

it('finds nothing wrong with what was uploaded, processed and deleted', async () => {
  const made = await Promise.all(Array.from({ length: 4 }, () => account.upload(jpeg)));
  for (const { assetId } of made) await account.settled(assetId);
  await account.ask('DELETE', `/assets/${made[0]?.assetId}?permanent=true`);
  const { code, findings, assets } = await report();
  expect([code, findings, assets]).toEqual([0, [], 3]);
  const { stdout } = await doctor([]);
  expect(stdout).toContain('Nothing is wrong.');
});

it('finds what was lost and what is left over, mends it, and then it is well', async () => {
  const [bare, lost] = [await account.upload(jpeg), await account.upload(jpeg)];
  for (const { assetId } of [bare, lost]) await account.settled(assetId);
  const folder = bare.objectKey.replace(/original$/, '');
  await objects.delete([lost.objectKey, `${folder}1/thumbnail.webp`]);
  const stray = lost.objectKey.replace(
    lost.assetId,
    bare.assetId.replace(/.$/, (last) => (last === '0' ? '1' : '0')),
  );
  await objects.write(stray, jpeg, { contentType: 'image/jpeg', size: jpeg.length });

  const before = await report();
  expect(before.code).toBe(1);
  expect(counts(before)).toEqual({ orphan: 1, 'original-lost': 1, 'rendition-lost': 1 });
  expect(before.findings[0]?.examples).toMatchObject([{ key: stray }]);
  expect(counts(await report())).toEqual(counts(before));
  // All of it is young.
  expect((await doctor(['--grace', '60'])).code).toBe(0);

  const fixed = await report('--fix');
  expect(fixed.code).toBe(0);
  expect(fixed.mended).toEqual([
    { problem: 'orphan', count: 1 },
    { problem: 'original-lost', count: 1 },
    { problem: 'rendition-lost', count: 1 },
  ]);
  expect(await stack.objects(stray)).toEqual([]);
  expect(await account.settled(lost.assetId)).toMatchObject({ status: 'FAILED', failure: { code: 'OBJECT_LOST' } });
  await until(
    () => stack.objects(folder),
    (keys) => keys.includes(`${folder}2/thumbnail.webp`),
  );
  const { thumbnailUrl, status } = await until(
    () => account.settled(bare.assetId),
    (asset) => (asset.thumbnailUrl ?? '').includes('/2/'),
  );
  expect(status).toBe('READY');
  expect((await fetch(thumbnailUrl ?? '')).status).toBe(200);
  const after = await report();
  expect([after.code, counts(after)]).toEqual([0, {}]);
});

it('counts anew how many files are of the same bytes, and keeps those that are in use', async () => {
  const made = [await account.upload(jpeg), await account.upload(jpeg)];
  for (const { assetId } of made) await account.settled(assetId);
  const [used, unused] = made.map(({ objectKey }) => objectKey);
  await withRows(stack, async ({ client }) => {
    await client.blob.update({ where: { objectKey: used }, data: { refs: 7 } });
    await client.blob.update({ where: { objectKey: unused }, data: { refs: 2 } });
  });
  expect(counts(await report())).toEqual({ 'count-wrong': 2 });
  expect((await report('--fix')).mended).toEqual([{ problem: 'count-wrong', count: 2 }]);
  const refs = await withRows(stack, ({ client }) =>
    client.blob.findMany({ where: { objectKey: { in: [used ?? '', unused ?? ''] } }, select: { refs: true } }),
  );
  expect(refs).toEqual([{ refs: 1 }, { refs: 1 }]);
  expect(counts(await report())).toEqual({});
});

it('exits with 2 and one sentence when it cannot look', async () => {
  const away = await doctor([], { DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/nothing' });
  expect(away).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('ECONNREFUSED') });
  const wrong = await doctor(['--fixx']);
  expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('usage: npm run doctor') });
  const empty = await doctor([], { DATABASE_URL: '', DATA_DIR: path.join(stack.directory, 'nothing') });
  expect(empty).toMatchObject({ code: 2, stderr: expect.stringContaining('npm start') });
});

it('finds the database of a running npm start', async () => {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'doctor-'));
  try {
    writeFileSync(path.join(directory, 'runtime.json'), JSON.stringify({ databaseUrl: stack.databaseUrl }));
    const { code, stdout } = await doctor(['--json', '--grace', '0'], { DATABASE_URL: '', DATA_DIR: directory });
    expect(code).toBe(1);
    expect((JSON.parse(stdout) as Report).findings.map(({ problem }) => problem)).toContain('original-lost');
  } finally {
    rmSync(directory, { recursive: true });
  }
});
