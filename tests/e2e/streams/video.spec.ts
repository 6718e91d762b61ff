import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { H264, make, PICTURES, TONE } from '#libs/media/ffmpeg/films.fixtures.js';
import { signUp, type Account, type AssetBody } from '../../support/account.js';
import { startStack, type Stack } from '../../support/stack.js';

let stack: Stack;
let account: Account;
let folder: string;

beforeAll(async () => {
  stack = await startStack();
  account = await signUp(stack.url);
  folder = await mkdtemp(join(tmpdir(), 'films-'));
});
afterAll(async () => {
  await stack.stop();
  await rm(folder, { recursive: true });
});

async function uploaded(filename: string, contentType: string, args: string[]): Promise<AssetBody> {
  const bytes = await readFile(await make(folder, filename, args));
  return account.settled((await account.upload(bytes, { filename, contentType })).assetId);
}

async function sizeOf(url: string | null): Promise<unknown> {
  const response = await fetch(url ?? 'missing url');
  expect(response.headers.get('content-type')).toBe('image/webp');
  const { width, height } = await sharp(Buffer.from(await response.arrayBuffer())).metadata();
  return { width, height };
}

it('a film becomes READY with pictures, length and size', async () => {
  const asset = await uploaded('film.mp4', 'video/mp4', [
    ...PICTURES('1280x720', 3),
    ...TONE(3),
    ...H264,
    '-c:a',
    'aac',
  ]);
  expect(asset).toMatchObject({ status: 'READY', kind: 'VIDEO', width: 1280, height: 720, warnings: [] });
  expect(asset.thumbhash).toEqual(expect.any(String));
  expect(asset.metadata).toMatchObject({ durationMs: expect.any(Number), videoCodec: 'h264', audioCodec: 'aac' });
  expect(Math.abs(Number(asset.metadata?.durationMs) - 3000)).toBeLessThan(100);
  expect(await sizeOf(asset.thumbnailUrl)).toEqual({ width: 320, height: 180 });
  expect(await sizeOf(asset.previewUrl)).toEqual({ width: 1280, height: 720 });
});

it('a sound becomes READY with a picture of it, length and tags', async () => {
  const asset = await uploaded('lied.mp3', 'audio/mpeg', [
    ...TONE(),
    '-metadata',
    'title=Das Lied',
    '-c:a',
    'libmp3lame',
  ]);
  expect(asset).toMatchObject({ status: 'READY', kind: 'AUDIO', width: null, height: null, warnings: [] });
  expect(asset.metadata).toMatchObject({ title: 'Das Lied', audioCodec: 'mp3', channels: 1 });
  expect(await sizeOf(asset.previewUrl)).toEqual({ width: 1440, height: 360 });
  const waveform = await fetch(asset.waveformUrl ?? 'missing url');
  expect(waveform.headers.get('content-type')).toBe('application/json');
  expect(waveform.headers.get('content-disposition')).toContain('lied-waveform.json');
  expect(await waveform.json()).toMatchObject({ version: 2, channels: 1, data: expect.any(Array) });
});

it('a film that is damaged is FAILED with a reason', async () => {
  const whole = await readFile(await make(folder, 'late.mp4', [...PICTURES(), ...H264]));
  const bytes = whole.subarray(0, whole.length / 2);
  const { assetId } = await account.upload(bytes, { filename: 'half.mp4', contentType: 'video/mp4' });
  expect(await account.settled(assetId)).toMatchObject({
    status: 'FAILED',
    failure: { code: 'CORRUPT_FILE', reason: expect.stringContaining('is incomplete') },
  });
});
