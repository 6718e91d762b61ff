import pg from 'pg';
import { connectTimeoutMs } from './connect-timeout.js';

/**
 * Whether this process leads, by a session-level advisory lock on a connection of its own: when the process dies, or
 * does not ask for a while, PostgreSQL ends the connection, frees the lock, and another process leads at its next call.
 */
export class Leader {
  private client?: pg.Client;
  private leads = false;

  constructor(
    private readonly databaseUrl: string,
    private readonly lockKey: number,
    /** For how long a leader that is not heard of leads: it may be stopped, or cut off, with its connection open. */
    private readonly silenceMs: number,
  ) {}

  /** @throws when the database cannot be reached; then nobody is known to lead */
  async isLeader(): Promise<boolean> {
    const client = (this.client ??= await this.connect());
    // A leader asks too: a connection that died without a word fails here.
    const { rows } = await client.query<{ leads: boolean }>('SELECT $2 OR pg_try_advisory_lock($1) AS leads', [
      this.lockKey,
      this.leads,
    ]);
    this.leads = rows[0]?.leads ?? false;
    return this.leads;
  }

  async close(): Promise<void> {
    await this.client?.end();
  }

  private async connect(): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: this.databaseUrl,
      application_name: 'media-inbox-leader',
      connectionTimeoutMillis: connectTimeoutMs(this.databaseUrl),
      query_timeout: 3_000,
      keepAlive: true,
    });
    const forget = () => {
      if (this.client === client) this.client = undefined;
      this.leads = false;
    };
    client.on('error', forget);
    client.on('end', forget);
    await client.connect();
    await client.query(`SET idle_session_timeout = ${Math.round(this.silenceMs)}`);
    return client;
  }
}
