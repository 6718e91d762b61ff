import type { Transaction } from './database.js';

/** What of the rows has changed that somebody may be looking at. It tells where to look, never what is there. */
export interface News {
  /** Accounts that have new notifications. */
  accounts?: readonly string[];
  /** Assets that are READY or FAILED now. */
  assets?: readonly string[];
  /** Sessions of these accounts have ended. */
  sessionsOf?: readonly string[];
  /** There is a new post. */
  posts?: boolean;
}

const announced = new WeakMap<Transaction, News[]>();

/**
 * Has news told once the transaction has committed (Database.onNews). It may be lost with the process: whoever waits for
 * it looks at the rows now and then anyway.
 */
export function announce(tx: Transaction, news: News): void {
  announced.get(tx)?.push(news);
}

/** Runs `work` with a list that gathers what is announced in `tx`. */
export function gather<T>(tx: Transaction, into: News[], work: (tx: Transaction) => Promise<T>): Promise<T> {
  announced.set(tx, into);
  return work(tx);
}

/** One of many, each name once. */
export function merge(all: readonly News[]): News {
  const unique = (of: (news: News) => readonly string[] | undefined) => [
    ...new Set(all.flatMap((one) => of(one) ?? [])),
  ];
  return {
    accounts: unique((news) => news.accounts),
    assets: unique((news) => news.assets),
    sessionsOf: unique((news) => news.sessionsOf),
    posts: all.some(({ posts }) => posts),
  };
}
