import path from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../../scripts/postgres/embedded.mjs';
import { childrenOf } from './children.js';

/** A PostgreSQL of our own, which can be stopped and started again at the same address with its data. */
export class PostgresServer {
  private server: EmbeddedPostgres | undefined;

  /** @param directory absolute; the data and the log go there */
  constructor(private readonly directory: string) {}

  /** Of the server's first database. */
  get url(): string {
    if (!this.server) throw new Error('PostgreSQL is not running');
    return this.server.url;
  }

  get isRunning(): boolean {
    return this.server !== undefined && this.server.child.exitCode === null && this.server.child.signalCode === null;
  }

  async start(): Promise<void> {
    this.server = await startEmbeddedPostgres({
      dataDirectory: path.join(this.directory, 'data'),
      socketDirectory: path.join(this.directory, 'socket'),
      logFile: path.join(this.directory, 'postgres.log'),
      superuserPassword: 'test',
      password: 'test',
    });
  }

  /** Takes connections and answers nobody until it goes on: the server and every process of it. */
  freeze(): void {
    this.signal('SIGSTOP');
  }

  goOn(): void {
    this.signal('SIGCONT');
  }

  private signal(signal: NodeJS.Signals): void {
    for (const server of childrenOf(this.server?.child.pid ?? 0))
      for (const pid of [server, ...childrenOf(server)]) process.kill(pid, signal);
  }

  /** A fast shutdown: whoever is connected is thrown out. */
  async stop(): Promise<void> {
    await this.server?.stop();
  }
}

/** One statement on a connection of its own, since those that are kept do not survive these tests. */
export async function query<Row extends pg.QueryResultRow>(
  url: string,
  text: string,
  values: unknown[] = [],
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url, application_name: 'reliability' });
  await client.connect();
  try {
    const { rows } = await client.query<Row>(text, values);
    return rows;
  } finally {
    await client.end();
  }
}
