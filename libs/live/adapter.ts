import { createAdapter as createPostgresAdapter } from '@socket.io/postgres-adapter';
import { createAdapter as createRedisAdapter } from '@socket.io/redis-adapter';
import { Redis } from 'ioredis';
import type { Server } from 'socket.io';
import type { Settings } from '#libs/config/settings.js';
import { connectTimeoutMs } from '#libs/database/connect-timeout.js';
import { makePool } from '#libs/database/pool.js';
import { ListeningPool } from './listening-pool.js';

/** How socket.io reaches its other processes, and the way to end it. */
export interface LiveAdapter {
  adapter: NonNullable<Parameters<Server['adapter']>[0]>;
  /** False while Redis is away: a message would wait in memory until it is back. */
  isUp(): boolean;
  close(): Promise<void>;
}

/** Redis where it is set, PostgreSQL where not. Neither keeps a message for who is away. */
export function makeLiveAdapter(settings: Settings, onError: (error: Error) => void): LiveAdapter {
  return settings.REDIS_URL === undefined
    ? onPostgres(settings.DATABASE_URL, onError)
    : onRedis(settings.REDIS_URL, onError);
}

function onPostgres(connectionString: string, onError: (error: Error) => void): LiveAdapter {
  const config = {
    connectionString,
    // One that listens, one that tells.
    max: 2,
    application_name: 'media-inbox-live',
    connectionTimeoutMillis: connectTimeoutMs(connectionString),
    keepAlive: true,
  };
  const pool = makePool(config, onError, ListeningPool);
  const adapter = createPostgresAdapter(pool, { errorHandler: onError });
  return { adapter, isUp: () => true, close: () => pool.end() };
}

function onRedis(url: string, onError: (error: Error) => void): LiveAdapter {
  const options = { maxRetriesPerRequest: null, retryStrategy: (times: number) => Math.min(100 * 2 ** times, 3_000) };
  const [tells, listens] = [new Redis(url, options), new Redis(url, options)];
  for (const redis of [tells, listens]) redis.on('error', onError);
  return {
    adapter: createRedisAdapter(tells, listens),
    isUp: () => tells.status === 'ready',
    close: async () => {
      tells.disconnect();
      listens.disconnect();
    },
  };
}
