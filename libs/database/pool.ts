import pg from 'pg';

/**
 * A pool of connections, any of which may die at any moment without ending the process.
 *
 * @param onIdleError told of connections that nobody used; the pool replaces them by itself
 * @param Pool a kind of pool that does more
 */
export function makePool(config: pg.PoolConfig, onIdleError: (error: Error) => void, Pool = pg.Pool): pg.Pool {
  const pool = new Pool(config);
  pool.on('error', onIdleError);
  // Between two statements of whoever has taken it, a connection has no listener: its error would end the process.
  // He learns of it by his next statement.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}
