import { signUp, type Account } from '../../support/account.js';
import { startStack, type Stack } from '../../support/stack.js';
import { repeat, speak } from '../../reliability/floods/raw-client.js';

const MEGABYTE = 1024 * 1024;
const good = { filename: 'a.jpg', contentType: 'image/jpeg', fileSize: 1_000 };

let stack: Stack;
let account: Account;

beforeAll(async () => {
  stack = await startStack();
  account = await signUp(stack.url);
});
afterAll(() => stack.stop());

it('works on what one account asks for at once until all is done', async () => {
  for (let round = 0; round < 2; round++) {
    const answers = await Promise.all(Array.from({ length: 40 }, () => account.ask('POST', '/uploads/presign', good)));
    expect(answers.map(({ status }) => status)).toEqual(Array(40).fill(201));
  }
});

it('tells a client that sends far too much why, and ends the connection', async () => {
  const answer = await speak(stack.url, {
    head: [
      'POST /uploads/presign HTTP/1.1',
      'Host: localhost',
      `Authorization: Bearer ${account.accessToken}`,
      `Content-Length: ${1024 * MEGABYTE}`,
      'Content-Type: application/json',
      '',
    ],
    body: repeat(Buffer.alloc(MEGABYTE, ' '), 1024),
    pauseMs: 0,
  });
  expect(answer.status).toBe(413);
  expect(answer.text).toContain('"code":"BODY_TOO_LARGE"');
  expect(answer.sent).toBeLessThan(100 * MEGABYTE);
});
