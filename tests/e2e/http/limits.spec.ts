import { randomUUID } from 'node:crypto';
import net from 'node:net';
import pg from 'pg';
import { signUp, type Account } from '../../support/account.js';
import { startStack, type Stack } from '../../support/stack.js';
import { until } from '../../support/until.js';
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

it('lets nobody wait behind a request of their own that waits for something else', async () => {
  const other = await signUp(stack.url);
  const database = new pg.Client(stack.databaseUrl);
  await database.connect();
  try {
    await database.query('BEGIN');
    await database.query(
      'SELECT 1 FROM tenant_quotas WHERE tenant_id = (SELECT tenant_id FROM users WHERE email = $1) FOR UPDATE',
      [account.email],
    );
    const slow = account.ask('POST', '/uploads/presign', good);
    // Beside others, one at a time.
    expect((await other.ask('POST', '/uploads/presign', good)).status).toBe(201);
    expect((await account.ask('POST', '/assets/delete', { ids: [randomUUID()] })).status).toBe(207);
    await database.query('COMMIT');
    expect((await slow).status).toBe(201);
  } finally {
    await database.end();
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

it('holds so many large bodies at once, and tells who is too many to wait; small ones go on', async () => {
  const padded = { ...good, filename: 'a'.repeat(MEGABYTE - 200) };
  const { hostname, port } = new URL(stack.url);
  const sockets = Array.from({ length: 64 }, () => net.connect(Number(port), hostname));
  try {
    for (const socket of sockets)
      socket.write(
        'POST /auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n' +
          `Content-Length: ${MEGABYTE}\r\n\r\n{`,
      );
    const refused = await until(
      () => account.ask('POST', '/uploads/presign', padded),
      ({ status }) => status === 503,
    );
    expect(refused.body).toMatchObject({ code: 'OVERLOADED' });
    expect(refused.headers.get('retry-after')).toBe('1');
    expect((await account.ask('POST', '/uploads/presign', good)).status).toBe(201);
  } finally {
    for (const socket of sockets) socket.destroy();
  }
  const read = await until(
    () => account.ask('POST', '/uploads/presign', padded),
    ({ status }) => status !== 503,
  );
  expect(read.body).toMatchObject({ status: 400, code: 'VALIDATION_FAILED' });
});
