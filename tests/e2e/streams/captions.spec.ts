import { signUp, type Account } from '../../support/account.js';
import { film, type Film } from '../../support/film.js';
import { play, playlist } from '../../support/player.js';
import { startStack, type Stack } from '../../support/stack.js';
import { until } from '../../support/until.js';

const SUBRIP = '1\r\n00:00:01,000 --> 00:00:02,500\r\nGuten <b>Tag</b> & <script>\r\n';

let stack: Stack;
let account: Account;
let watched: Film;

beforeAll(async () => {
  stack = await startStack({ env: { PLAYBACK_SILENCE_SECONDS: '300' } });
  account = await signUp(stack.url);
  watched = await film(stack, account);
});
afterAll(() => stack.stop());

const add = (body: object, of = watched, by = account) => by.ask('POST', `/assets/${of.assetId}/captions`, body);
const list = async (of = watched) =>
  (await account.ask<{ items: Record<string, unknown>[] }>('GET', `/assets/${of.assetId}/captions`)).body.items;
const objects = async (of = watched) => {
  await stack.forgetUrls();
  return (await stack.objects()).filter((key) => key.includes(`${of.assetId}/captions/`));
};

it('captions are kept as WebVTT, are in the manifest at once, and go when they are removed', async () => {
  const { manifestUrl } = await play(account, watched.assetId);
  const added = await add({ language: 'PT-br', label: 'Português', text: SUBRIP });
  expect(added).toMatchObject({ status: 201, body: { language: 'pt-BR', label: 'Português' } });
  expect(await (await fetch(String(added.body.url))).text()).toBe(
    'WEBVTT\n\n00:00:01.000 --> 00:00:02.500\nGuten <b>Tag</b> &amp;\n',
  );
  const master = await playlist(manifestUrl);
  expect(master.text).toContain('TYPE=SUBTITLES,GROUP-ID="captions",NAME="Português",LANGUAGE="pt-BR"');
  const track = await playlist(master.urls.find((url) => url.includes('/captions/')) ?? '');
  const webVtt = await fetch(track.urls[0] ?? '');
  expect(webVtt.headers.get('content-type')).toBe('text/vtt; charset=utf-8');
  expect(await webVtt.text()).toMatch(/^WEBVTT\n/);
  expect((await account.ask('GET', `/assets/${watched.assetId}`)).body.captions).toEqual([
    { language: 'pt-BR', label: 'Português' },
  ]);
  for (let twice = 0; twice < 2; twice++)
    expect((await account.ask('DELETE', `/assets/${watched.assetId}/captions/pt-br`)).status).toBe(204);
  expect((await playlist(manifestUrl)).text).not.toContain('SUBTITLES');
  expect((await fetch(track.urls[0] ?? '')).status).toBe(404);
  expect(await list()).toEqual([]);
  await until(objects, (keys) => keys.length === 0);
});

it('a URL of captions is good for no longer than what they are of', async () => {
  const brief = await film(stack, account);
  const end = new Date(Date.now() + 600_000);
  await stack.sql('UPDATE assets SET expires_at = $2 WHERE id = $1', [brief.assetId, end]);
  const added = await add({ language: 'de', label: 'Deutsch', text: SUBRIP }, brief);
  for (const url of [added.body.url, ...(await list(brief)).map((item) => item.url)])
    expect(Number(new URL(String(url)).searchParams.get('expires')) * 1000).toBeLessThanOrEqual(end.getTime() + 1_000);
});

it('captions in the same language take the place of those before, also when many come at once', async () => {
  const other = await film(stack, account);
  const bodies = Array.from({ length: 8 }, (_, index) => ({
    ...{ language: index % 2 ? 'de' : 'en', label: `${index}` },
    text: `WEBVTT\n\n00:0${index}.000 --> 00:09.000\n${index}\n`,
  }));
  const answers = await Promise.all(bodies.map((body) => add(body, other)));
  expect(answers.map(({ status }) => status)).toEqual(bodies.map(() => 201));
  const items = await list(other);
  expect(items.map(({ language }) => language)).toEqual(['de', 'en']);
  for (const { label, url } of items) expect(await (await fetch(String(url))).text()).toContain(`\n${String(label)}\n`);
  await until(
    () => objects(other),
    (keys) => keys.length === 2,
  );
  expect((await account.ask('DELETE', `/assets/${other.assetId}?permanent=true`)).status).toBe(204);
  await until(
    () => objects(other),
    (keys) => keys.length === 0,
  );
});

it.each([
  ['nothing', {}, ['#/language', '#/label', '#/text']],
  ['no language', { language: 'no language', label: 'x', text: SUBRIP }, ['#/language']],
  ['a label of two lines', { language: 'de', label: 'a\nb', text: SUBRIP }, ['#/label']],
  ['a page', { language: 'de', label: 'x', text: '<html>' }, ['#/text']],
  ['faults', { language: 'de', label: 'x', text: 'WEBVTT\n\n1 --> 2\nx\n\nfoo' }, ['#/text', '#/text']],
  ['more than it may be', { language: 'de', label: 'x', text: 'x'.repeat(500_001) }, ['#/text']],
  ['something else besides', { language: 'de', label: 'x', text: SUBRIP, key: 'a/b/original' }, ['#']],
])('captions with %s are refused, and it is said where', async (_, body, pointers) => {
  const { status, body: problem } = await add(body);
  expect({ status, code: problem.code }).toEqual({ status: 400, code: 'VALIDATION_FAILED' });
  expect((problem.errors as { pointer: string }[]).map(({ pointer }) => pointer)).toEqual(pointers);
});

it('captions are for films of one’s own', async () => {
  const body = { language: 'de', label: 'Deutsch', text: SUBRIP };
  const stranger = await signUp(stack.url);
  expect(await add(body, watched, stranger)).toMatchObject({ status: 404, body: { code: 'ASSET_NOT_FOUND' } });
  expect(await add(body, { ...watched, assetId: 'nonsense' })).toMatchObject({ status: 404 });
  const picture = await film(stack, account, { kind: 'IMAGE' });
  expect(await add(body, picture)).toMatchObject({ status: 409, body: { code: 'ASSET_NOT_PLAYABLE' } });
  const seen = await film(stack, account, { visibility: 'public' });
  expect((await stranger.ask('GET', `/assets/${seen.assetId}/captions`)).status).toBe(200);
  for (const [method, path] of [
    ['POST', 'captions'],
    ['DELETE', 'captions/de'],
  ] as const)
    expect(
      (await stranger.ask(method, `/assets/${seen.assetId}/${path}`, method === 'POST' ? body : undefined)).status,
    ).toBe(404);
  expect(await add({ ...body, text: 'x'.repeat(2_000_000) })).toMatchObject({ status: 413 });
});
