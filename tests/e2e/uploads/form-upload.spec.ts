import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { Database } from '#libs/database/database.js';
import { ask, signUp, type Account } from '../../support/account.js';
import { connect, formBytes, headOf, sendForm, sendRaw, type Part } from '../../support/form.js';
import { newMember } from '../../support/members.js';
import { photo, sha256, zip } from '../../support/photos.js';
import { startStack, type Stack } from '../../support/stack.js';
import { until } from '../../support/until.js';

let stack: Stack;
let database: Database;
let account: Account;
let jpeg: Buffer;

beforeAll(async () => {
  stack = await startStack({ env: { UPLOAD_MAX_BYTES: '5000000' } });
  database = new Database({
    url: stack.databaseUrl,
    poolSize: 2,
    applicationName: 'test',
    onIdleError: () => undefined,
  });
  [account, jpeg] = await Promise.all([signUp(stack.url), photo(800, 600)]);
});
afterAll(async () => {
  await database.close();
  await stack.stop();
});

const belongs = (id: string = randomUUID()): Part[] => [
  ['resource', 'product'],
  ['resourceId', id],
];
const file = (bytes: Uint8Array, about: object = {}): Part => ['file', { bytes, ...about }];

/** What an upload that came to nothing must not leave. */
async function traces(of: Account): Promise<object> {
  const { body } = await of.ask<{ tenantId: string }>('GET', '/users/me');
  const waiting = await database.client.upload.count({ where: { tenantId: body.tenantId, state: 'WAITING' } });
  const usage = (await of.ask<Record<string, { used: number }>>('GET', '/tenant/usage')).body;
  return { waiting, bytes: usage.bytes?.used, files: usage.files?.used, objects: await stack.objects(body.tenantId) };
}
const NOTHING = { waiting: 0, bytes: 0, files: 0, objects: [] };

describe('a form', () => {
  it('becomes an asset with all that its fields say', async () => {
    const at = new Date(Date.now() + 3_600_000).toISOString();
    const answer = await sendForm(account, [
      ['title', 'A beach'],
      ...belongs('1'),
      file(jpeg, { filename: 'beach ä.jpg' }),
      ['description', 'two\nlines'],
      ['labels', '{"category":"sea"}'],
      ['label.audience', 'editor'],
      ['label.audience', 'buyer'],
      ['visibility', 'public'],
      ['expiresAt', at],
    ]);
    expect(answer.status).toBe(201);
    expect(answer.body.asset).toMatchObject({
      filename: 'beach ä.jpg',
      mimeType: 'image/jpeg',
      size: jpeg.length,
      sha256: sha256(jpeg),
      title: 'A beach',
      description: 'two\nlines',
      resource: 'product',
      resourceId: '1',
      labels: { category: 'sea', audience: ['editor', 'buyer'] },
      visibility: 'public',
      expiresAt: at,
    });
    const asset = await account.settled(answer.body.assetId);
    expect(asset).toMatchObject({ status: 'READY', width: 800, height: 600 });
    const bytes = Buffer.from(await (await fetch(asset.downloadUrl)).arrayBuffer());
    expect(bytes.equals(jpeg)).toBe(true);
  });

  it.each([
    ['the file first', (parts: Part[], picture: Part) => [picture, ...parts]],
    ['the file last', (parts: Part[], picture: Part) => [...parts, picture]],
    ['the file in between', ([first, ...rest]: Part[], picture: Part) => [first as Part, picture, ...rest]],
  ])('may have %s', async (_, arrange) => {
    const answer = await sendForm(account, arrange(belongs(), file(jpeg)));
    expect([answer.status, answer.body.asset.resource]).toEqual([201, 'product']);
  });

  it.each([
    ['a path', '../../../etc/passwd.jpg', 'passwd.jpg'],
    ['a path of Windows', 'C:\\\\pictures\\\\a.jpg', 'a.jpg'],
  ])('gives a file named with %s its last part as name', async (_, filename, name) => {
    const answer = await sendForm(account, [...belongs(), file(jpeg, { filename })]);
    expect([answer.status, answer.body.asset.filename]).toEqual([201, name]);
  });

  it.each([
    ['application/octet-stream', 'a.csv', 'a,b\n1,2\n', 'text/csv'],
    [null, 'a.txt', 'a text', 'text/plain'],
    ['application/octet-stream', 'no-extension', 'a text', 'text/plain'],
    ['image/png', 'wrong.png', null, 'image/jpeg'],
  ])('of type %s called %s is what its bytes are', async (contentType, filename, content, mimeType) => {
    const bytes = content === null ? jpeg : Buffer.from(content);
    const answer = await sendForm(account, [...belongs(), file(bytes, { filename, contentType })]);
    expect([answer.status, answer.body.asset.mimeType]).toEqual([201, mimeType]);
  });

  it('sent again under its name is a new version of the same asset', async () => {
    const parts = belongs();
    const [first, second] = [
      await sendForm(account, [...parts, file(jpeg)]),
      await sendForm(account, [...parts, file(await photo(300, 200))]),
    ];
    expect([second.status, second.body.assetId]).toEqual([201, first.body.assetId]);
    expect(second.body).toMatchObject({ version: 2 });
  });

  it('sent again with its Idempotency-Key gets the first answer, and another one none', async () => {
    const [parts, key] = [belongs(), randomUUID()];
    const send = (bytes: Buffer) => sendForm(account, [...parts, file(bytes)], { 'idempotency-key': key });
    const [first, again, other] = [await send(jpeg), await send(jpeg), await send(jpeg.subarray(0, 5_000))];
    expect([first.status, again.status, other.status]).toEqual([201, 201, 422]);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(again.body).toEqual(first.body);
    expect(other.body.code).toBe('IDEMPOTENCY_KEY_REUSED');
  });
});

describe('a form is refused', () => {
  const pointers = ({ body }: { body: { errors?: { pointer: string }[] } }) =>
    body.errors?.map(({ pointer }) => pointer);

  it.each<[string, (picture: Part) => Part[], string[]]>([
    ['nothing in it', () => [], ['#/file', '#/resource', '#/resourceId']],
    ['no file', () => belongs(), ['#/file']],
    ['a file that is a text', () => [...belongs(), ['file', 'text']], ['#/file']],
    ['no resource', (picture) => [['resourceId', '1'], picture], ['#/resource']],
    ['no resource id', (picture) => [picture, ['resource', 'product']], ['#/resourceId']],
    ['an empty resource', (picture) => [['resource', ''], ['resourceId', '1'], picture], ['#/resource']],
    ['a file chosen by nobody', () => [...belongs(), file(Buffer.alloc(0), { filename: '' })], ['#/file']],
    ['an empty file', () => [...belongs(), file(Buffer.alloc(0))], ['#/file']],
    ['two files', (picture) => [...belongs(), picture, picture], ['#/file']],
    ['a file of another name', () => [...belongs(), ['picture', { bytes: jpeg }]], ['#/picture']],
    ['an unknown field', (picture) => [...belongs(), picture, ['admin', 'true']], ['#/admin']],
    ['labels that are no JSON', (picture) => [...belongs(), picture, ['labels', '{']], ['#/labels']],
    ['a label without a name', (picture) => [...belongs(), picture, ['label.1', 'a']], ['#/labels/1']],
    ['a title twice', (picture) => [...belongs(), ['title', 'a'], ['title', 'b'], picture], ['#/title']],
    ['an unknown visibility', (picture) => [...belongs(), picture, ['visibility', 'secret']], ['#/visibility']],
    [
      'a time that is over',
      (picture) => [picture, ...belongs(), ['expiresAt', '2001-01-01T00:00:00Z']],
      ['#/expiresAt'],
    ],
    ['a long field', (picture) => [...belongs(), ['title', 'x'.repeat(70_000)], picture], ['#/title']],
    ['a control character in the name', () => [...belongs(), file(jpeg, { filename: 'a\u202egpj.exe' })], ['#/file']],
    ['10,000 fields', (picture) => [...Array.from({ length: 10_000 }, (_, n): Part => [`f${n}`, 'x']), picture], ['#']],
  ])('with %s', async (_, parts, wrong) => {
    const somebody = await signUp(stack.url);
    const answer = await sendForm(somebody, parts(file(jpeg)));
    expect([answer.status, answer.body.code, pointers(answer)]).toEqual([400, 'VALIDATION_FAILED', wrong]);
    expect(await traces(somebody)).toEqual(NOTHING);
  });

  it.each<[string, Part, number, string]>([
    ['a text called a picture', file(Buffer.from('no picture at all')), 422, 'CONTENT_TYPE_MISMATCH'],
    ['an archive called a picture', file(zip()), 422, 'CONTENT_TYPE_MISMATCH'],
    ['a program', file(Buffer.from('MZ'), { contentType: 'application/x-msdownload' }), 415, 'FILE_TYPE_NOT_ACCEPTED'],
    [
      'a web page',
      file(Buffer.from('<!doctype html><p>'), { contentType: 'text/plain' }),
      422,
      'CONTENT_TYPE_MISMATCH',
    ],
  ])('with %s', async (_, part, status, code) => {
    const somebody = await signUp(stack.url);
    const answer = await sendForm(somebody, [...belongs(), part]);
    expect([answer.status, answer.body.code, pointers(answer)]).toEqual([status, code, ['#/file']]);
    expect(await traces(somebody)).toEqual(NOTHING);
  });

  it('when the bytes are not those of the SHA-256', async () => {
    const answer = await sendForm(account, [...belongs(), file(jpeg), ['sha256Hash', '0'.repeat(64)]]);
    expect([answer.status, answer.body.code]).toEqual([422, 'CHECKSUM_MISMATCH']);
  });

  it.each([
    ['without a boundary', 'multipart/form-data', 400, 'MALFORMED_BODY'],
    ['with a boundary that is not in it', 'multipart/form-data; boundary=elsewhere', 400, 'MALFORMED_BODY'],
    ['as another type', 'application/x-www-form-urlencoded', 415, 'MEDIA_TYPE_NOT_SUPPORTED'],
    ['as JSON', 'application/json', 415, 'MEDIA_TYPE_NOT_SUPPORTED'],
  ])('%s', async (_, contentType, status, code) => {
    const body = contentType.endsWith('json') ? Buffer.from('{}') : formBytes([...belongs(), file(jpeg)], 'here');
    const answer = await sendRaw(account, body, { 'content-type': contentType });
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });

  it.each([
    ['a field without a name', 'form-data'],
    ['a file without a name', 'form-data; filename="a.jpg"'],
    ['a part without anything', ''],
    ['a part that is something else', 'attachment; name="file"'],
    ['a name that is no text', "form-data; name*=UTF-8''%ff%fe"],
  ])('with %s', async (_, disposition) => {
    const body = Buffer.from(`--b\r\nContent-Disposition: ${disposition}\r\n\r\nx\r\n--b--\r\n`);
    const answer = await sendRaw(account, body, { 'content-type': 'multipart/form-data; boundary=b' });
    expect([answer.status, answer.body.code]).toEqual([400, 'VALIDATION_FAILED']);
  });

  it('at other routes', async () => {
    const answer = await ask(stack.url, 'POST', '/uploads/presign', 'x', {
      authorization: `Bearer ${account.accessToken}`,
      'content-type': 'multipart/form-data; boundary=x',
    });
    expect([answer.status, answer.body.code]).toEqual([415, 'MEDIA_TYPE_NOT_SUPPORTED']);
  });

  it('by a viewer, and by nobody', async () => {
    const viewer = await newMember(account, 'VIEWER');
    expect((await sendForm(viewer, [...belongs(), file(jpeg)])).status).toBe(403);
    const nobody = Object.assign(Object.create(account) as Account, { accessToken: 'none' });
    expect((await sendForm(nobody, [...belongs(), file(Buffer.alloc(4_000_000))])).status).toBe(401);
  });
});

describe('a file that is too large', () => {
  const large = Buffer.concat([Buffer.from('text '), Buffer.alloc(5_100_000, 'a ')]);

  it('is refused with the limit in words, and leaves nothing', async () => {
    const somebody = await signUp(stack.url);
    const answer = await sendForm(somebody, [
      ...belongs(),
      file(large, { filename: 'a.txt', contentType: 'text/plain' }),
    ]);
    expect([answer.status, answer.body.code]).toEqual([413, 'FILE_TOO_LARGE']);
    expect(answer.body.detail).toContain('4.8 MiB (5000000 bytes)');
    expect(await traces(somebody)).toEqual(NOTHING);
  });

  it('is refused before it is sent, by a client that asks first', async () => {
    const socket = await connect(stack.url);
    socket.write(headOf(account, 'b', 50_000_000, 'Expect: 100-continue\r\n'));
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 413 /);
    socket.destroy();
  });

  it('takes no more than the tenant has room for', async () => {
    const somebody = await signUp(stack.url);
    const { tenantId } = (await somebody.ask<{ tenantId: string }>('GET', '/users/me')).body;
    const limit = 1_000_000;
    await (await stack.admin()).ask('PATCH', `/admin/tenants/${tenantId}`, { bytes: limit });
    const text = (size: number) => file(large.subarray(0, size), { filename: 'a.txt', contentType: 'text/plain' });
    for (const size of [limit + 1, 4_900_000]) {
      const refused = await sendForm(somebody, [...belongs(), text(size)]);
      expect([refused.status, refused.body.code]).toEqual([403, 'QUOTA_EXCEEDED']);
      expect(refused.body).toMatchObject({ quota: 'bytes', used: 0, limit });
      expect(await traces(somebody)).toEqual(NOTHING);
    }
    expect((await sendForm(somebody, [...belongs(), text(limit)])).status).toBe(201);
    expect(await traces(somebody)).toMatchObject({ bytes: limit, files: 1 });
    const many = await Promise.all([1, 2, 3].map(() => sendForm(somebody, [...belongs(), text(1_000)])));
    expect(many.map(({ body }) => body.code)).toEqual(Array(3).fill('QUOTA_EXCEEDED'));
  });
});

describe('a connection', () => {
  it('that is asked first is told to go on, when the file is wanted', async () => {
    const body = formBytes([...belongs(), file(jpeg)], 'b');
    const socket = await connect(stack.url);
    socket.write(headOf(account, 'b', body.length, 'Expect: 100-continue\r\n'));
    const [go] = (await once(socket, 'data')) as [Buffer];
    expect(go.toString()).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    socket.write(body);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 201 /);
    socket.destroy();
  });

  it.each([
    ['ends in the middle of the file', 200_000],
    ['ends before the file', 100],
    ['ends before the last byte', -1],
  ])('that %s leaves nothing', async (_, sent) => {
    const somebody = await signUp(stack.url);
    const body = formBytes([...belongs(), file(await photo(1_000, 1_000))], 'b');
    const socket = await connect(stack.url);
    socket.write(headOf(somebody, 'b', body.length));
    socket.write(body.subarray(0, sent));
    if (sent > 100 || sent < 0)
      await until(
        () => traces(somebody),
        (left) => 'waiting' in left && left.waiting === 1,
      );
    socket.destroy();
    await until(
      () => traces(somebody),
      (left) => JSON.stringify(left) === JSON.stringify(NOTHING),
    );
  });
});

it('what an API that is killed had stored of a form is removed, and its room given back', async () => {
  const api = await stack.startApi({ FAILPOINT: 'form:stored' });
  await stack.untilReady();
  const somebody = (await signUp(stack.url)).at(stack.urls.at(-1) ?? '');
  await expect(sendForm(somebody, [...belongs(), file(jpeg)])).rejects.toThrow();
  await until(
    () => Promise.resolve(api.isRunning),
    (running) => !running,
  );
  const living = somebody.at(stack.url);
  expect(await traces(living)).toMatchObject({ waiting: 1, files: 1, objects: [expect.any(String)] });
  await database.client.$executeRaw`UPDATE uploads SET expires_at = now() WHERE state = 'WAITING'`;
  await until(
    () => traces(living),
    (left) => JSON.stringify(left) === JSON.stringify(NOTHING),
  );
});
