import { hostname } from 'node:os';
import pg from 'pg';
import { readDatabaseUrl } from '#libs/config/database-url.js';

/** The heartbeat beats every 5 s; one may be late. */
const LATEST_SECONDS = 15;

/**
 * For the health check of a container, which has a host name of its own: exits 0 when a worker of this host has reached
 * the database within the last seconds, 1 otherwise. A process that hangs, or is cut off, writes no heartbeat.
 */
async function main(): Promise<void> {
  const client = new pg.Client({
    connectionString: readDatabaseUrl(),
    application_name: 'media-inbox-health-check',
    connectionTimeoutMillis: 3_000,
    query_timeout: 3_000,
  });
  await client.connect();
  try {
    const { rowCount } = await client.query(
      'SELECT FROM workers WHERE hostname = $1 AND seen_at > now() - make_interval(secs => $2)',
      [hostname(), LATEST_SECONDS],
    );
    if (!rowCount) throw new Error(`no worker on ${hostname()} was seen in the last ${LATEST_SECONDS} s`);
  } finally {
    await client.end();
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
