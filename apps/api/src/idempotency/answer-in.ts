import { AsyncLocalStorage } from 'node:async_hooks';
import type { Transaction } from '#libs/database/database.js';
import type { StoredAnswer } from './idempotency-keys.js';

/** Keeps the answer to the request under way in a transaction of it. */
type Keep = (tx: Transaction, answer: StoredAnswer) => Promise<void>;

const keeping = new AsyncLocalStorage<Keep>();

/** Runs the handler of a request that has an Idempotency-Key. */
export const answering = <T>(keep: Keep, work: () => T): T => keeping.run(keep, work);

/**
 * Says what the request will be answered, in the transaction that makes it true: should the process die after the
 * commit, who asks again gets this, and nothing is done twice. Asked for only where the request has an Idempotency-Key.
 * @throws Problem IDEMPOTENCY_KEY_IN_USE when the request was held to be dead and another one has taken its place
 */
export async function answerIn(
  tx: Transaction,
  status: number,
  body: () => object | null | Promise<object | null>,
): Promise<void> {
  const keep = keeping.getStore();
  if (keep) await keep(tx, { status, body: await body() });
}
