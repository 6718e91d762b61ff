import { createRedisBackend, runMigrations, setDefaultBackendFactory, type ConnectionOptions } from 'bullmq';
import { Redis } from 'ioredis';
import type pg from 'pg';
import type { Settings } from '#libs/config/settings.js';
import { connectTimeoutMs } from '#libs/database/connect-timeout.js';
import { makePool } from '#libs/database/pool.js';
import { isDatabaseUnavailable } from '#libs/database/unavailable.js';
import { shareListener, type SharedListener } from './one-listener.js';
import { UnhurriedPool } from './unhurried-pool.js';

/** A process that starts waits so long for its database; then it ends, and whoever has started it says so. */
const START_PATIENCE_MS = 30_000;

/** Connections of a process to PostgreSQL for its queues: one listens, the others ask. */
const POOL_SIZE = 5;

/** BullMQ's connection to whichever backend the settings choose, and the way to end it. */
export interface QueueConnection {
  backend: 'postgres' | 'redis';
  /** Typed as Redis by @nestjs/bullmq; on PostgreSQL it is a pg.Pool. */
  options: ConnectionOptions;
  /** False while Redis is away: a command would wait in memory until it is back. */
  isUp(): boolean;
  close(): Promise<void>;
}

export interface QueueConnectionListeners {
  onError: (error: Error) => void;
}

/**
 * Chooses BullMQ's backend for this process. @nestjs/bullmq cannot be told of a backend, so it is made
 * the process's default before any queue exists (https://github.com/nestjs/bull/issues/2903).
 */
export async function connectQueues(settings: Settings, listeners: QueueConnectionListeners): Promise<QueueConnection> {
  return settings.REDIS_URL === undefined
    ? connectPostgres(settings.DATABASE_URL, listeners)
    : connectRedis(settings.REDIS_URL, listeners);
}

async function connectPostgres(url: string, { onError }: QueueConnectionListeners): Promise<QueueConnection> {
  const config = {
    connectionString: url,
    max: POOL_SIZE,
    application_name: 'media-inbox-queue',
    options: '-c search_path=bullmq',
    connectionTimeoutMillis: connectTimeoutMs(url),
    keepAlive: true,
  };
  const pool = makePool(config, onError, UnhurriedPool);
  // Every queue listens to the connection that does.
  pool.on('connect', (client) => client.setMaxListeners(0));
  const listener = await prepare(pool, onError);
  setDefaultBackendFactory(listener.factory);
  const close = () => listener.close().then(() => pool.end());
  return { backend: 'postgres', options: asConnectionOptions(pool), isUp: () => true, close };
}

/** Makes BullMQ's tables. Processes start in any order: waits for a database that is not there yet, or very busy. */
async function prepare(pool: pg.Pool, onError: (error: Error) => void): Promise<SharedListener> {
  const giveUpAt = performance.now() + START_PATIENCE_MS;
  for (;;) {
    try {
      const client = await pool.connect();
      await runMigrations(client).finally(() => client.release());
      return await shareListener(pool);
    } catch (error) {
      if (!(error instanceof Error) || !isDatabaseUnavailable(error) || performance.now() > giveUpAt) throw error;
      onError(error);
    }
  }
}

async function connectRedis(url: string, { onError }: QueueConnectionListeners): Promise<QueueConnection> {
  setDefaultBackendFactory(createRedisBackend);
  const redis = new Redis(url, {
    // BullMQ's blocking connections ask for this; callers are protected by the dispatcher's deadline.
    maxRetriesPerRequest: null,
    retryStrategy: (times) => Math.min(100 * 2 ** times, 3_000),
  });
  redis.on('error', onError);
  return {
    backend: 'redis',
    options: redis,
    isUp: () => redis.status === 'ready',
    close: async () => {
      redis.disconnect();
    },
  };
}

/** BullMQ's Postgres backend takes a pg.Pool where its shared types name Redis only. */
function asConnectionOptions(pool: pg.Pool): ConnectionOptions {
  const options: object = pool;
  return options;
}
