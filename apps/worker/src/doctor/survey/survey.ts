import pg from 'pg';
import { connectTimeoutMs } from '#libs/database/connect-timeout.js';
import type { Multipart } from '#libs/storage/multipart.js';
import type { ObjectSummary } from '#libs/storage/object-store.js';
import { PROBLEMS, type Problem } from '../problems.js';
import {
  ADD_ARRIVING,
  ADD_LISTED,
  BEGIN,
  COUNT_FOUND,
  COUNT_LOOKED_AT,
  NEXT_FOUND,
  SEARCHES,
  STILL_UNOWNED,
  STILL_UNWANTED,
  TABLES,
} from './survey-sql.js';

/** One thing that is wrong. */
export interface Found {
  key: string;
  bytes: number;
  /** null for objects that belong to none. */
  assetId: string | null;
}

export interface Finding {
  problem: Problem;
  count: number;
  bytes: number;
  /** That it concerns; 0 for objects that belong to none. */
  assets: number;
  /** The first of them. */
  examples: Found[];
}

export interface Diagnosis {
  /** Looked at. */
  objects: number;
  bytes: number;
  assets: number;
  /** Only what is wrong. */
  findings: Finding[];
}

type Counts<Name extends string> = Record<Name, string>;

const EXAMPLES = 20;

/** Of findings without an asset. */
const NIL = '00000000-0000-0000-0000-000000000000';
/** Before every finding. */
const START = { key: '', assetId: null };

/**
 * The store's list beside the database's rows, in temporary tables of one session: memory stays as it is however many
 * there are. Nothing but those tables is written.
 */
export class Survey {
  private constructor(private readonly client: pg.Client) {}

  /** @param graceMinutes what is younger is left out */
  static async open(databaseUrl: string, graceMinutes: number): Promise<Survey> {
    const client = new pg.Client({
      connectionString: databaseUrl,
      application_name: 'media-inbox-doctor',
      connectionTimeoutMillis: connectTimeoutMs(databaseUrl, 5_000),
      keepAlive: true,
      // Whoever asked waits for as long as it takes.
      statement_timeout: 0,
    });
    // What is asked next fails, and says so.
    client.on('error', () => undefined);
    await client.connect();
    // Tables are compared whole; statistics that are a little old must not make it a loop over one for each row of another.
    await client.query("SET work_mem = '64MB'; SET enable_nestloop = off");
    await client.query(TABLES);
    await client.query(BEGIN, [graceMinutes]);
    return new Survey(client);
  }

  async addListed(objects: readonly ObjectSummary[]): Promise<void> {
    const columns = [
      objects.map(({ key }) => key),
      objects.map(({ size }) => size),
      objects.map(({ lastModified }) => lastModified),
    ];
    await this.client.query(ADD_LISTED, columns);
  }

  /** @param bytes that have arrived */
  async addArriving({ key, id, begunAt }: Multipart & { begunAt: Date }, bytes: number): Promise<void> {
    await this.client.query(ADD_ARRIVING, [key, id, bytes, begunAt]);
  }

  /** Compares, once all is listed. */
  async search(): Promise<Diagnosis> {
    await this.client.query('ANALYZE listed');
    for (const search of SEARCHES) await this.client.query(search);
    await this.client.query('ANALYZE found');
    const looked = await this.client.query<Counts<'objects' | 'bytes' | 'assets'>>(COUNT_LOOKED_AT);
    const [row] = looked.rows;
    return {
      objects: Number(row?.objects),
      bytes: Number(row?.bytes),
      assets: Number(row?.assets),
      findings: await this.findings(),
    };
  }

  private async findings(): Promise<Finding[]> {
    type Row = Counts<'count' | 'bytes' | 'assets'> & { problem: Problem };
    const { rows } = await this.client.query<Row>(COUNT_FOUND);
    const findings: Finding[] = [];
    for (const problem of PROBLEMS) {
      const row = rows.find((candidate) => candidate.problem === problem);
      if (!row) continue;
      const examples = await this.next(problem, START, EXAMPLES);
      findings.push({
        problem,
        count: Number(row.count),
        bytes: Number(row.bytes),
        assets: Number(row.assets),
        examples,
      });
    }
    return findings;
  }

  /** All of one problem, so many at a time. */
  async *batches(problem: Problem, size: number): AsyncGenerator<Found[]> {
    for (let after: Pick<Found, 'key' | 'assetId'> = START; ;) {
      const batch = await this.next(problem, after, size);
      const last = batch.at(-1);
      if (!last) return;
      yield batch;
      after = last;
    }
  }

  /** Of these keys, those that no row wants and no job will touch, as of now. */
  async stillUnwanted(keys: readonly string[]): Promise<Set<string>> {
    const { rows } = await this.client.query<{ key: string }>(STILL_UNWANTED, [keys]);
    return new Set(rows.map(({ key }) => key));
  }

  /** Of these multiparts, as they were found, those that nobody sends as of now. */
  async stillUnowned(found: readonly string[]): Promise<Multipart[]> {
    const { rows } = await this.client.query<Multipart>(STILL_UNOWNED, [found]);
    return rows;
  }

  async close(): Promise<void> {
    await this.client.end();
  }

  private async next(problem: Problem, after: Pick<Found, 'key' | 'assetId'>, size: number): Promise<Found[]> {
    const values = [problem, after.key, size, after.assetId ?? NIL];
    const { rows } = await this.client.query<Found & { bytes: string }>(NEXT_FOUND, values);
    return rows.map((row) => ({ ...row, bytes: Number(row.bytes) }));
  }
}
