import { api, ask, askAll } from '../api/client';
import { hasCode } from '../api/problem';

/** Requests of one bulk action that are under way at once. */
const AT_ONCE = 6;

export interface Outcome {
  done: string[];
  failed: { id: string; error: unknown }[];
}

interface Watching {
  /** Told how many there have been, now and then. */
  onProgress?: (count: number) => void;
  /** Lets no more begin. */
  signal?: AbortSignal;
}

/** Does the same with each; one that fails does not hold up the others. What was stopped is in neither list. */
export async function each(
  ids: readonly string[],
  work: (id: string) => Promise<unknown>,
  { onProgress, signal }: Watching = {},
): Promise<Outcome> {
  const waiting = [...ids].reverse();
  const outcome: Outcome = { done: [], failed: [] };
  const worker = async (): Promise<void> => {
    for (let id = waiting.pop(); id !== undefined && signal?.aborted !== true; id = waiting.pop()) {
      try {
        if (await patiently(() => work(id), signal)) outcome.done.push(id);
      } catch (error) {
        outcome.failed.push({ id, error });
      }
      onProgress?.(outcome.done.length + outcome.failed.length);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return outcome;
}

/** Too many requests are only too many for now. @returns whether it was done before it was stopped */
async function patiently(work: () => Promise<unknown>, signal: AbortSignal | undefined): Promise<boolean> {
  while (signal?.aborted !== true)
    try {
      await work();
      return true;
    } catch (error) {
      if (!hasCode(error, 'RATE_LIMITED')) throw error;
      await pause((error.retryAfter ?? 1) * 1000, signal);
    }
  return false;
}

/** Over at once when it is stopped. */
const pause = (milliseconds: number, signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve) => {
    const over = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', over);
      resolve();
    };
    const timer = setTimeout(over, milliseconds);
    signal?.addEventListener('abort', over);
  });

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
