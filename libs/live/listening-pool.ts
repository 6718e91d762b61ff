import pg from 'pg';

type Connected = (
  error: Error | undefined,
  client: pg.PoolClient | undefined,
  done: (release?: unknown) => void,
) => void;

/**
 * Takes back a connection that was lost by whoever had it. socket.io's adapter listens on one and asks for the next
 * when it is gone without giving it back: after a few restarts of PostgreSQL the pool would be used up for good.
 */
export class ListeningPool extends pg.Pool {
  override connect(): Promise<pg.PoolClient>;
  override connect(callback: Connected): void;
  override connect(callback?: Connected): Promise<pg.PoolClient> | void {
    // That of a single statement, which the pool itself gives back.
    if (callback) return super.connect(callback);
    return super.connect().then((client) => client.once('end', () => client.release(true)));
  }
}
