import { ask, signUp, type Account } from '../../support/account.js';
import { startStack, type Stack } from '../../support/stack.js';
import { until } from '../../support/until.js';

/** A machine without ffmpeg. */

let stack: Stack;
let account: Account;

beforeAll(async () => {
  stack = await startStack({ env: { FFMPEG_PATH: '/nowhere/ffmpeg' } });
  account = await signUp(stack.url);
});
afterAll(() => stack.stop());

const presign = (contentType: string) =>
  account.ask('POST', '/uploads/presign', { filename: 'a', contentType, fileSize: 9 });

it('says what it cannot do, to those who ask and in its log', async () => {
  const { body } = await ask(stack.url, 'GET', '/health/ready');
  const missing: unknown = expect.arrayContaining(['video/mp4', 'audio/mpeg']);
  expect(body).toMatchObject({ checks: { worker: { capabilities: [{ ffmpeg: null, missing }] } } });
  expect(stack.workers[0]?.lines.join('\n')).toMatch(/ffmpeg or ffprobe is missing/);
});

it.each(['video/mp4', 'video/x-msvideo', 'audio/mp3'])('refuses %s before a byte of it is sent', async (type) => {
  expect(await presign(type)).toMatchObject({
    status: 415,
    body: { code: 'FILE_TYPE_NOT_PROCESSABLE', detail: expect.stringContaining(type) },
  });
});

it.each(['image/jpeg', 'application/pdf', 'text/plain'])('takes %s as ever', async (type) => {
  expect(await presign(type)).toMatchObject({ status: 201 });
});

it('takes films as soon as a worker is there that can', async () => {
  const worker = stack.startWorker({ FFMPEG_PATH: '' });
  await until(
    () => presign('video/mp4'),
    ({ status }) => status === 201,
  );
  await worker.stop();
});
