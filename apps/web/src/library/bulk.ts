import { api, ask, askAll } from '../api/client';

/** Requests of one bulk action that are under way at once. */
const AT_ONCE = 6;

export interface Outcome {
  done: number;
  failed: { id: string; error: unknown }[];
}

/** Does the same with each; one that fails does not hold up the others. */
export async function each(ids: Iterable<string>, work: (id: string) => Promise<unknown>): Promise<Outcome> {
  const waiting = [...ids];
  const outcome: Outcome = { done: 0, failed: [] };
  const worker = async (): Promise<void> => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift())
      try {
        await work(id);
        outcome.done += 1;
      } catch (error) {
        outcome.failed.push({ id, error });
      }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return outcome;
}

export const remove = (id: string): Promise<unknown> => ask(api.DELETE('/assets/{id}', { params: { path: { id } } }));

export const removeForGood = (id: string): Promise<unknown> =>
  ask(api.DELETE('/assets/{id}', { params: { path: { id }, query: { permanent: 'true' } } }));

export const restore = (id: string): Promise<unknown> =>
  ask(api.POST('/assets/{id}/restore', { params: { path: { id } } }));

/** Adds a label, and leaves the others as they are: with If-Match, so that nobody's change is lost. */
export async function addLabel(id: string, name: string, value: string): Promise<void> {
  const { data, response } = await askAll(api.GET('/assets/{id}', { params: { path: { id } } }));
  const header = { 'If-Match': response.headers.get('etag') ?? '*' };
  const body = { labels: { ...data.labels, [name]: value } };
  await ask(api.PATCH('/assets/{id}', { params: { path: { id }, header }, body }));
}
