import { PrismaPg } from '@prisma/adapter-pg';
import type pg from 'pg';
import { failpoint } from '#libs/lifecycle/failpoint.js';
import { gather, merge, type News } from './announce.js';
import { connectTimeoutMs } from './connect-timeout.js';
import { PrismaClient, type Prisma } from './generated/client.js';
import { makePool } from './pool.js';
import { guard, walled } from './wall/wall.js';

/** What both a client and a transaction of it can do. */
export type Transaction = Prisma.TransactionClient;

export interface DatabaseOptions {
  url: string;
  poolSize: number;
  /** Shown in pg_stat_activity. */
  applicationName: string;
  /** An idle connection died; the pool replaces it by itself. */
  onIdleError: (error: Error) => void;
}

/** PostgreSQL, by Prisma for what is read and written as rows and by SQL where one statement must do it all. */
export class Database {
  readonly client: PrismaClient;
  /** Called with what a transaction has announced, after its commit. */
  onNews?: (news: News) => void;
  private readonly pool: pg.Pool;
  private readonly connectTimeoutMs: number;

  constructor(options: DatabaseOptions) {
    this.connectTimeoutMs = connectTimeoutMs(options.url);
    const config = {
      connectionString: options.url,
      max: options.poolSize,
      application_name: options.applicationName,
      connectionTimeoutMillis: this.connectTimeoutMs,
      idleTimeoutMillis: 60_000,
      keepAlive: true,
      // A caller who waits longer than this has given up; nothing may hold its locks for him.
      statement_timeout: 15_000,
      idle_in_transaction_session_timeout: 30_000,
      // A server that is frozen, or cut off, cannot end a statement: then its client does.
      query_timeout: 18_000,
    };
    this.pool = makePool(config, options.onIdleError);
    this.client = new PrismaClient({ adapter: walled(new PrismaPg(this.pool)) });
  }

  /** Runs `work` in one READ COMMITTED transaction; keep I/O out of it. */
  async transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const news: News[] = [];
    const options = { maxWait: this.connectTimeoutMs, timeout: 10_000 };
    const result = await this.client.$transaction((tx) => gather(tx, news, work), options);
    if (news.length > 0) {
      failpoint('news:committed');
      this.onNews?.(merge(news));
    }
    return result;
  }

  /** One prepared statement on the pool, without Prisma's cost: for the hot paths. */
  async query<Row extends pg.QueryResultRow>(name: string, text: string, values: unknown[]): Promise<Row[]> {
    guard(text, values);
    const result = await this.pool.query<Row>({ name, text, values });
    return result.rows;
  }

  async close(): Promise<void> {
    await this.client.$disconnect();
    await this.pool.end();
  }
}
