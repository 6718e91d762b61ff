import { doubt, listed, merge, putBack, without, type Listed, type Pages } from './pages';

const HOUR = 3_600_000;
const item = (id: string, more: Partial<Listed> = {}): Listed =>
  ({ id, version: 1, status: 'READY', thumbnailUrl: `old ${id}`, receivedAt: 0, ...more }) as Listed;
const fresh = (id: string, receivedAt = 1_000): Listed => item(id, { thumbnailUrl: `new ${id}`, receivedAt });
const pagesOf = (...pages: [ids: string, nextCursor: string | null][]): Pages => ({
  pages: pages.map(([ids, nextCursor]) => ({ items: [...ids].map((id) => item(id)), nextCursor })),
  pageParams: pages.map((_, index) => (index === 0 ? undefined : `cursor ${index}`)),
});
const idsOf = ({ pages }: Pages): string[] => pages.map(({ items }) => items.map(({ id }) => id).join(''));
const none = new Set<string>();
const look = (ids: string, more: Partial<Parameters<typeof merge>[1]> = {}) => ({
  top: { items: [...ids].map((id) => fresh(id)), nextCursor: 'top' },
  ...{ asked: none, found: [], broken: none },
  ...more,
});

it('what is new comes before what is known, which stays', () => {
  const merged = merge(pagesOf(['abc', '1'], ['def', '2']), look('xab'));
  expect(idsOf(merged)).toEqual(['xabc', 'def']);
  expect(merged.pages[0]?.nextCursor).toBe('1');
});

it('what has gone from the top is gone, on whatever page it was', () => {
  expect(idsOf(merge(pagesOf(['abc', '1'], ['def', '2']), look('acde')))).toEqual(['acde', 'f']);
});

it('begins anew where nothing of it is at the top, where the top is all, and where it ends at the top', () => {
  const known = pagesOf(['abc', '1'], ['def', '2']);
  expect(merge(known, look('xyz'))).toMatchObject({ pages: [{ nextCursor: 'top' }], pageParams: [undefined] });
  expect(idsOf(merge(known, { ...look('a'), top: { items: [fresh('a')], nextCursor: null } }))).toEqual(['a']);
  const longer = merge(pagesOf(['abc', '1']), look('acdef'));
  expect([idsOf(longer), longer.pages[0]?.nextCursor]).toEqual([['acdef'], 'top']);
});

it('further down, those that were asked for are as they are now, or gone', () => {
  const merged = merge(
    pagesOf(['abc', '1'], ['def', '2']),
    look('ab', { asked: new Set(['d', 'f']), found: [item('f', { status: 'FAILED' })] }),
  );
  expect(idsOf(merged)).toEqual(['abc', 'ef']);
  expect(listed(merged).at(-1)?.status).toBe('FAILED');
});

it('what has changed is doubtful on whatever page it is, until it was asked for', () => {
  const doubtful = (pages: Pages): string[] =>
    listed(pages).flatMap(({ id, isDoubtful }) => (isDoubtful === true ? [id] : []));
  const known = doubt(pagesOf(['abc', '1'], ['def', '2']), new Set('bex'));
  expect(doubtful(known)).toEqual(['b', 'e']);
  expect(doubtful(merge(known, look('ab')))).toEqual(['e']);
  expect(doubtful(merge(known, look('ab', { asked: new Set('e'), found: [fresh('e')] })))).toEqual([]);
});

it('a picture keeps its URL, unless it is another picture, leads nowhere, or ends soon', () => {
  const known = pagesOf(['abcd', '1'], ['e', null]);
  const top = [fresh('a'), { ...fresh('b'), version: 2 }, fresh('c'), fresh('d', HOUR)];
  const merged = merge(known, { ...look('', { broken: new Set(['c']) }), top: { items: top, nextCursor: 'top' } });
  const urls = listed(merged).map(({ thumbnailUrl }) => thumbnailUrl);
  expect(urls).toEqual(['old a', 'new b', 'new c', 'new d', 'old e']);
});

it('what was taken out comes back where it was, whatever else has changed', () => {
  const before = pagesOf(['abc', '1'], ['def', '2']);
  expect(idsOf(putBack(without(before, new Set('ae')), before, new Set('ae')))).toEqual(['abc', 'def']);
  expect(idsOf(putBack(without(before, new Set('abc')), before, new Set('b')))).toEqual(['b', 'def']);
});
