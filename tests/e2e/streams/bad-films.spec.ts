import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { H264, make, TONE } from '#libs/media/ffmpeg/films.fixtures.js';
import { signUp, type Account, type AssetBody } from '../../support/account.js';
import { startStack, type Stack } from '../../support/stack.js';
import { until } from '../../support/until.js';

jest.setTimeout(400_000);

let stack: Stack;
let account: Account;
let folder: string;

beforeAll(async () => {
  stack = await startStack({ env: { TRANSCODE_PRESET: 'ultrafast', TRANSCODE_CONCURRENCY: '2' } });
  account = await signUp(stack.url);
  folder = await mkdtemp(join(tmpdir(), 'bad-films-'));
});
afterAll(async () => {
  await stack.stop();
  await rm(folder, { recursive: true });
});

/** The asset when nothing is done to it any more: it is FAILED, or READY with streams that are READY or FAILED. */
async function settled(bytes: Buffer, filename: string, contentType: string): Promise<AssetBody> {
  const { assetId } = await account.upload(bytes, { filename, contentType });
  return until(
    async () => (await account.ask<AssetBody>('GET', `/assets/${assetId}`)).body,
    ({ status, streaming }) =>
      status === 'FAILED' || (status === 'READY' && !['PENDING', 'PROCESSING'].includes(streaming?.status ?? 'none')),
    300_000,
  );
}

/** Whatever became of it: somebody is told why, and what is READY can be played. */
function judge({ status, failure, streaming }: AssetBody): string {
  if (status === 'FAILED') {
    expect(failure).toMatchObject({
      code: expect.stringMatching(/^[A-Z_]+$/),
      reason: expect.stringMatching(/\S+ \S+/),
    });
    return failure?.code ?? '';
  }
  if (streaming?.status === 'FAILED') {
    expect(streaming.failure).toMatchObject({ reason: expect.stringMatching(/\S+ \S+/) });
    return `streams ${streaming.failure?.code}`;
  }
  return `READY ${streaming?.renditions.map(({ kind }) => kind).join(' ')}`;
}

const source = (filter: string) => ['-f', 'lavfi', '-i', filter];
const FFV1 = ['-c:v', 'ffv1'];

it.each([
  ['sound alone', 'a.mp4', 'video/mp4', [...TONE(2), '-c:a', 'aac'], /^READY hls-audio$/],
  [
    '1x1',
    'a.mkv',
    'video/matroska',
    [...source('testsrc2=s=2x2:d=1'), '-vf', 'format=gbrp,crop=1:1', ...FFV1],
    /^READY hls-2p$/,
  ],
  [
    '16k x 16k',
    'a.mkv',
    'video/matroska',
    [...source('color=s=16000x16000:d=0.04'), '-c:v', 'mjpeg'],
    /^PIXEL_LIMIT_EXCEEDED$/,
  ],
  [
    '1,000 frames a second',
    'a.mkv',
    'video/matroska',
    [...source('testsrc2=s=64x64:d=2:r=1000'), ...FFV1],
    /^READY hls-64p$/,
  ],
  ['a tenth of a second', 'a.mp4', 'video/mp4', [...source('testsrc2=s=64x64:d=0.1:r=30'), ...H264], /^READY hls-64p$/],
  [
    'ten hours of black',
    'a.mp4',
    'video/mp4',
    [...source('color=black:s=64x64:d=36000:r=1'), ...H264],
    /^READY hls-64p$/,
  ],
])('a film of %s ends', async (_, name, type, args, expected) => {
  expect(judge(await settled(await readFile(await make(folder, name, args)), name, type))).toMatch(expected);
});

it.each([
  ['an index in front', ['-movflags', '+faststart']],
  ['an index at its end', []],
  ['its index in pieces', ['-movflags', 'frag_keyframe+empty_moov']],
])('a film with %s ends, truncated at each tenth of its length', async (_, flags) => {
  const pictures = [...source('testsrc2=s=320x240:d=6:r=25'), ...TONE(6), ...H264, '-g', '50', '-c:a', 'aac'];
  const whole = await readFile(await make(folder, 'whole.mp4', [...pictures, ...flags]));
  const verdicts = await Promise.all(
    Array.from({ length: 9 }, async (_, index) => {
      const part = whole.subarray(0, Math.floor((whole.length * (index + 1)) / 10));
      return judge(await settled(part, `part-${index}.mp4`, 'video/mp4'));
    }),
  );
  for (const verdict of verdicts) expect(verdict).toMatch(/^(READY hls|CORRUPT_FILE|streams CORRUPT_FILE)/);
});

it('a playlist dressed as a film reads nothing of what it names', async () => {
  const names = ['/etc/passwd', 'file:///etc/passwd', 'http://127.0.0.1:1/a.ts', 'concat:/etc/passwd|/etc/hosts'];
  const playlist = Buffer.from(`#EXTM3U\n${names.map((name) => `#EXTINF:1,\n${name}\n`).join('')}#EXT-X-ENDLIST\n`);
  const presigned = await account.presign(playlist, { filename: 'a.mp4', contentType: 'video/mp4' });
  const { uploadUrl, headers, uploadId } = presigned;
  await fetch(uploadUrl, { method: 'PUT', headers, body: new Uint8Array(playlist) });
  const completed = await account.complete(uploadId);
  expect(completed).toMatchObject({ status: 422, body: { code: 'CONTENT_TYPE_MISMATCH' } });
  const mpeg = Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from('ftypisom\x00\x00\x02\x00isomiso2'), playlist]);
  expect(judge(await settled(mpeg, 'b.mp4', 'video/mp4'))).toBe('CORRUPT_FILE');
});
