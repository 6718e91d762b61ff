import { createHmac, randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import sharp from 'sharp';
import { H264, make, PICTURES } from '#libs/media/ffmpeg/films.fixtures.js';
import { signUp, type Account, type Answer } from '../../support/account.js';
import { photo } from '../../support/photos.js';
import { startStack, type Stack } from '../../support/stack.js';
import { until } from '../../support/until.js';

const SECRET = 'an application signs its own pictures';

let stack: Stack;
let account: Account;
let assetId: string;

beforeAll(async () => {
  stack = await startStack({ api: 2, env: { IMAGE_SIGNING_SECRET: SECRET, IMAGE_VARIANTS_WAITING: '5' } });
  account = await signUp(stack.url);
  assetId = await upload(await photo());
});
afterAll(() => stack.stop());

async function upload(bytes: Buffer, declared = {}): Promise<string> {
  const { assetId: id } = await account.upload(bytes, declared);
  expect((await account.settled(id)).status).toBe('READY');
  return id;
}

interface Signed {
  /** Of a refusal. */
  code?: string;
  variants: { url: string; expiresAt: string | null }[];
}

const sign = (variants: unknown[], extra = {}, id = assetId): Promise<Answer<Signed>> =>
  account.ask<Signed>('POST', `/assets/${id}/variants`, { variants, ...extra });

async function urlOf(variant: unknown, extra = {}, id = assetId): Promise<string> {
  const { status, body } = await sign([variant], extra, id);
  expect(status).toBe(201);
  return body.variants[0]?.url ?? '';
}

/** As the documentation tells an application to do it. */
function signedPath(target: string, secret = SECRET): string {
  return `/images/${createHmac('sha256', secret).update(target).digest('base64url')}${target}`;
}

const look = (path: string, headers: Record<string, string> = {}) => fetch(new URL(path, stack.url), { headers });
const codeOf = async (response: Response) => ((await response.json()) as { code: string }).code;

async function jobs(): Promise<number> {
  const { body } = await (await stack.admin()).ask<{ items: unknown[] }>('GET', '/jobs?kind=make-variant&limit=200');
  return body.items.length;
}

describe('a picture made on request', () => {
  it('has the size and the format that were asked for', async () => {
    const response = await look(await urlOf({ width: 64, height: 64, resize: 'fill', format: 'jpeg' }));
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('image/jpeg');
    const { format, width, height } = await sharp(Buffer.from(await response.arrayBuffer())).metadata();
    expect({ format, width, height }).toEqual({ format: 'jpeg', width: 64, height: 64 });
  });

  it.each([
    ['image/avif,image/webp,image/apng,*/*;q=0.8', 'image/avif'],
    ['image/webp,*/*', 'image/webp'],
    ['image/avif;q=0, image/webp', 'image/webp'],
    ['*/*', 'image/jpeg'],
    ['', 'image/jpeg'],
  ])('for a client that accepts %p is %s', async (accept, type) => {
    const response = await look(await urlOf({ width: 50 }), { accept });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, type]);
    expect(response.headers.get('vary')).toMatch(/\baccept\b/i);
  });

  it('keeps its transparency where no better format is accepted', async () => {
    const clear = {
      create: { width: 40, height: 40, channels: 4 as const, background: { r: 9, g: 9, b: 9, alpha: 0.5 } },
    };
    const id = await upload(await sharp(clear).png().toBuffer(), { filename: 'logo.png', contentType: 'image/png' });
    const response = await look(await urlOf({ width: 20 }, {}, id), { accept: '*/*' });
    expect(response.headers.get('content-type')).toBe('image/png');
  });

  it('is kept by clients for a year, and told by its ETag', async () => {
    const url = await urlOf({ width: 51, format: 'webp' });
    const first = await look(url);
    expect(first.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    const etag = first.headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[\w-]+"$/);
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`]) {
      const again = await look(url, { 'if-none-match': known });
      expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', etag]);
    }
    expect((await look(url, { 'if-none-match': '"other"' })).status).toBe(200);
  });

  it('is kept by clients for no longer than its asset is there', async () => {
    const id = await upload(await photo());
    await stack.sql(`UPDATE assets SET expires_at = now() + interval '1 hour' WHERE id = $1`, [id]);
    const response = await look(await urlOf({ width: 52, format: 'webp' }, {}, id));
    const [, seconds] = /max-age=(\d+)/.exec(response.headers.get('cache-control') ?? '') ?? [];
    expect(response.status).toBe(200);
    expect(Number(seconds)).toBeLessThanOrEqual(3600);
  });

  it('does nothing in a browser but be shown', async () => {
    const { headers } = await look(await urlOf({ width: 52 }));
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-disposition')).toMatch(/^inline; filename="photo\.jpg"/);
  });

  it('is made once for many that ask at the same time, of either API', async () => {
    const before = await jobs();
    const path = new URL(await urlOf({ width: 77, format: 'webp' })).pathname;
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, index) => fetch(new URL(path, stack.urls[index % 2]))),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(answers.map(({ headers }) => headers.get('etag'))).size).toBe(1);
    expect((await jobs()) - before).toBe(1);
    // Another way to write the same.
    const same = await look(signedPath(`/format:1,w:1/${assetId}.webp`));
    expect(same.status).toBe(400);
    expect((await look(signedPath(`/dpr:1,resize:fit:77:0/${assetId}.webp`))).status).toBe(200);
    expect((await jobs()) - before).toBe(1);
  });

  it('is made once when two APIs begin it at the very same moment', async () => {
    const before = await jobs();
    const path = new URL(await urlOf({ width: 76, format: 'webp' })).pathname;
    const database = new pg.Client(stack.databaseUrl);
    await database.connect();
    let looks: Promise<Response>[];
    try {
      await database.query('BEGIN');
      await database.query('SELECT 1 FROM assets WHERE id = $1 FOR UPDATE', [assetId]);
      looks = stack.urls.slice(0, 2).map((url) => fetch(new URL(path, url)));
      await until(
        () =>
          stack.sql(`SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%INTO variants%'`),
        (beginners) => beginners.length === 2,
      );
    } finally {
      await database.end();
    }
    expect((await Promise.all(looks)).map(({ status }) => status)).toEqual([200, 200]);
    expect((await jobs()) - before).toBe(1);
  });

  it('is made again when its object was lost', async () => {
    const url = await urlOf({ width: 78, format: 'webp' });
    const first = await look(url);
    const [key] = (await stack.objects()).filter((name) => name.includes('/variants/')).slice(-1);
    await stack.removeObject(key ?? '');
    const again = await look(url);
    expect([again.status, again.headers.get('etag')]).toEqual([200, first.headers.get('etag')]);
  });

  it('can be signed by an application that has the secret', async () => {
    const response = await look(signedPath(`/rs:fit:33/${assetId}.png`));
    expect(response.status).toBe(200);
    // It names no version: the next one may show something else.
    expect(response.headers.get('cache-control')).toBe('public, max-age=300');
  });

  it('is a frame of a film', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'images-'));
    const bytes = await readFile(await make(folder, 'film.mp4', [...PICTURES(), ...H264]));
    await rm(folder, { recursive: true });
    const id = await upload(bytes, { filename: 'film.mp4', contentType: 'video/mp4' });
    const response = await look(await urlOf({ width: 40, format: 'webp' }, {}, id));
    expect(response.status).toBe(200);
  });
});

describe('a URL of a picture', () => {
  it('that was changed, or not signed, is refused', async () => {
    const path = new URL(await urlOf({ width: 60, format: 'webp' })).pathname;
    const [, , signature = '', options = '', file = ''] = path.split('/');
    const forged = [
      `/images/${signature}/${options.replace('60', '61')}/${file}`,
      `/images/${signature}/${options}/${file.replace('webp', 'png')}`,
      `/images/${signature}/${options}/${randomUUID()}.webp`,
      `/images/${signature.slice(0, -1)}/${options}/${file}`,
      `/images/${signature}A/${options}/${file}`,
      `/images/unsafe/${options}/${file}`,
      signedPath(`/${options}/${file}`, 'another secret'),
    ];
    for (const one of forged) {
      const response = await look(one);
      expect([one, response.status, await codeOf(response)]).toEqual([one, 403, 'URL_INVALID']);
    }
  });

  it('ends when it was told to', async () => {
    const variant = { width: 61, format: 'webp' };
    const fresh = await look(await urlOf(variant, { expiresInSeconds: 3_600 }));
    expect(fresh.status).toBe(200);
    const [, seconds] = /^public, max-age=(\d+), immutable$/.exec(fresh.headers.get('cache-control') ?? '') ?? [];
    expect(Number(seconds)).toBeGreaterThan(0);
    expect(Number(seconds)).toBeLessThanOrEqual(3_600);
    const [soon] = (await sign([variant], { expiresInSeconds: 2 })).body.variants;
    const over = await until(
      () => look(soon?.url ?? ''),
      ({ status }) => status !== 200,
    );
    expect([over.status, await codeOf(over)]).toEqual([403, 'URL_EXPIRED']);
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(soon?.expiresAt ?? ''));
  });

  it.each(['w:10', 'rs:fit:99999', 'q:0', 'constructor:1', 'rs:fit:10,rs:fit:11', 'bl:1e9', 'c:10:10:sm'])(
    'with the options %s says what is wrong with them',
    async (options) => {
      const response = await look(signedPath(`/${options}/${assetId}.webp`));
      expect([response.status, await codeOf(response)]).toEqual([400, 'VALIDATION_FAILED']);
    },
  );

  it('of nothing names nothing', async () => {
    const unknown = await look(signedPath(`/_/${randomUUID()}.webp`));
    expect([unknown.status, await codeOf(unknown)]).toEqual([404, 'ASSET_NOT_FOUND']);
    expect((await look(signedPath(`/_/${assetId}.exe`))).status).toBe(400);
    expect((await look(signedPath('/_/1.webp'))).status).toBe(400);
  });

  it('ends with its asset', async () => {
    const id = await upload(await photo());
    const url = await urlOf({ width: 62, format: 'webp' }, {}, id);
    expect((await look(url)).status).toBe(200);
    expect((await account.ask('DELETE', `/assets/${id}`)).status).toBe(204);
    expect((await look(url)).status).toBe(404);
  });
});

describe('asking for URLs', () => {
  it('of somebody else’s asset, or of none, names nothing', async () => {
    const other = await signUp(stack.url);
    const body = { variants: [{ width: 10 }] };
    expect((await other.ask('POST', `/assets/${assetId}/variants`, body)).status).toBe(404);
    expect((await sign([{ width: 10 }], {}, randomUUID())).status).toBe(404);
    expect((await sign([{ width: 10 }], {}, 'x')).status).toBe(404);
  });

  it.each([
    ['none', []],
    ['an unknown member', [{ width: 10, rotate: 90 }]],
    ['a negative', [{ width: -1 }]],
    ['too wide', [{ width: 10_001 }]],
    ['too wide on its screen', [{ width: 9_000, dpr: 2 }]],
    ['an unknown format', [{ format: 'gif' }]],
    ['more than a hundred', Array.from({ length: 101 }, () => ({ width: 10 }))],
    ['a smart crop', [{ crop: { width: 10, height: 10, gravity: 'smart' } }]],
  ])('%s is refused', async (_, variants) => {
    const { status, body } = await sign(variants);
    expect([status, body.code]).toEqual([400, 'VALIDATION_FAILED']);
  });

  it('of a file that has no picture is refused with the reason', async () => {
    const id = await upload(Buffer.from('words, and nothing to see'), { filename: 'a.txt', contentType: 'text/plain' });
    const { status, body } = await sign([{ width: 10 }], {}, id);
    expect([status, body.code]).toEqual([422, 'VARIANT_NOT_POSSIBLE']);
    const response = await look(signedPath(`/_/${id}.webp`));
    expect([response.status, await codeOf(response)]).toEqual([422, 'VARIANT_NOT_POSSIBLE']);
  });
});

describe('more pictures than can be made', () => {
  it('are refused until there is room, and no other tenant waits for them', async () => {
    const admin = await stack.admin();
    const other = await signUp(stack.url);
    const { assetId: theirs } = await other.upload(await photo());
    expect((await other.settled(theirs)).status).toBe('READY');
    expect((await admin.ask('POST', '/queues/make-variant/pause')).status).toBe(200);
    const waiting = Array.from({ length: 5 }, (_, index) => look(signedPath(`/rs:fit:${200 + index}/${assetId}.webp`)));
    await until(jobsWaiting, (count) => count === 5);
    const refused = await look(signedPath(`/rs:fit:300/${assetId}.webp`));
    expect([refused.status, await codeOf(refused), refused.headers.get('retry-after')]).toEqual([
      429,
      'VARIANTS_BUSY',
      '5',
    ]);
    const neighbour = look(signedPath(`/rs:fit:300/${theirs}.webp`));
    await until(jobsWaiting, (count) => count === 6);
    expect((await admin.ask('POST', '/queues/make-variant/resume')).status).toBe(200);
    expect((await Promise.all([...waiting, neighbour])).map(({ status }) => status)).toEqual(Array(6).fill(200));
    expect((await look(signedPath(`/rs:fit:300/${assetId}.webp`))).status).toBe(200);
  });

  async function jobsWaiting(): Promise<number> {
    const admin = await stack.admin();
    const { body } = await admin.ask<{ items: unknown[] }>('GET', '/jobs?kind=make-variant&state=WAITING&limit=200');
    return body.items.length;
  }
});
