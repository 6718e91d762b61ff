import { readFileSync, writeFileSync } from 'node:fs';
import { signUp, type Account } from '../../support/account.js';
import { sendRaw } from '../../support/form.js';
import { startStack, type Stack } from '../../support/stack.js';

const MIB = 1024 ** 2;
const CHUNK = Buffer.alloc(MIB, 'not much of a file ');

let stack: Stack;
let account: Account;

beforeAll(async () => {
  stack = await startStack();
  account = await signUp(stack.url);
});
afterAll(() => stack.stop());

/** A form whose file has so many MiB, made as it is sent. */
function* formOf(mebibytes: number): Generator<Uint8Array> {
  for (const [name, value] of [
    ['resource', 'archive'],
    ['resourceId', String(mebibytes)],
  ])
    yield Buffer.from(`--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`);
  yield Buffer.from('--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n');
  for (let sent = 0; sent < mebibytes; sent++) yield CHUNK;
  yield Buffer.from('\r\n--b--\r\n');
}

/** The most memory that the API has had since this was last asked, in MiB. */
function peak(pid: number): number {
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
  return Number(kilobytes) / 1024;
}

async function peakOf(mebibytes: number): Promise<number> {
  const pid = stack.apis[0]?.pid ?? 0;
  peak(pid);
  const body = ReadableStream.from<Uint8Array>(formOf(mebibytes));
  const answer = await sendRaw(account, body, { 'content-type': 'multipart/form-data; boundary=b' });
  expect([answer.status, answer.body.asset.size]).toEqual([201, mebibytes * MIB]);
  return peak(pid);
}

// Linux tells how much memory a process had at most; others do not.
(process.platform === 'linux' ? it : it.skip)(
  'a form of 1 GiB takes no more memory than one of 32 MiB',
  async () => {
    await peakOf(32);
    const [small, large] = [await peakOf(32), await peakOf(1024)];
    console.info(`peak of the API: ${small.toFixed(0)} MiB with 32 MiB, ${large.toFixed(0)} MiB with 1024 MiB`);
    expect(large / small).toBeLessThan(1.25);
  },
  300_000,
);
