import { api, ask, type Schemas } from '../api/client';
import { ApiProblem, hasCode, Unreachable } from '../api/problem';

/** Of one request: it says soon how far it is, and can be stopped. The API takes twice as many. */
const TOGETHER = 100;

export interface Outcome {
  done: string[];
  failed: { id: string; error: unknown }[];
}

/** Does something with up to 200 assets, each of which may fail for itself. */
export type BulkWork = (ids: string[]) => Promise<Schemas['BulkOutcome']>;

interface Watching {
  /** Told how many there have been, now and then. */
  onProgress?: (count: number) => void;
  /** Lets no more begin. */
  signal?: AbortSignal;
}

/** Does the same with all of them, many a request. What was stopped, also by a server that is away, is in neither list. */
export async function inBulk(
  ids: readonly string[],
  work: BulkWork,
  { onProgress, signal }: Watching = {},
): Promise<Outcome> {
  const outcome: Outcome = { done: [], failed: [] };
  onProgress?.(0);
  for (let from = 0; from < ids.length && signal?.aborted !== true; from += TOGETHER) {
    const some = ids.slice(from, from + TOGETHER);
    try {
      await patiently(async () => {
        const { done, failed } = await work(some);
        outcome.done.push(...done);
        outcome.failed.push(...failed.map((one) => ({ id: one.id, error: problemOf(one) })));
      }, signal);
    } catch (error) {
      outcome.failed.push(...some.map((id) => ({ id, error })));
      if (error instanceof Unreachable) break;
    }
    onProgress?.(outcome.done.length + outcome.failed.length);
  }
  return outcome;
}

const problemOf = ({ status, code, detail }: Schemas['BulkOutcome']['failed'][number]): ApiProblem =>
  new ApiProblem({ type: 'about:blank', title: detail, status, detail, instance: '', code, requestId: '' }, null);

/** Too many requests are only too many for now. */
async function patiently(work: () => Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  while (signal?.aborted !== true)
    try {
      return await work();
    } catch (error) {
      if (!hasCode(error, 'RATE_LIMITED')) throw error;
      await pause((error.retryAfter ?? 1) * 1000, signal);
    }
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

export const restore = (id: string): Promise<unknown> =>
  ask(api.POST('/assets/{id}/restore', { params: { path: { id } } }));

export const removeMany: BulkWork = (ids) => ask(api.POST('/assets/delete', { body: { ids } }));

export const removeManyForGood: BulkWork = (ids) => ask(api.POST('/assets/delete', { body: { ids, permanent: true } }));

export const restoreMany: BulkWork = (ids) => ask(api.POST('/assets/restore', { body: { ids } }));

/** Adds a label, and leaves the others as they are. */
export const labelMany =
  (name: string, value: string): BulkWork =>
  (ids) =>
    ask(api.POST('/assets/label', { body: { ids, labels: { [name]: value } } }));
