import { Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ThrottlerModule } from '@nestjs/throttler';
import { SETTINGS } from '#libs/config/config.module.js';
import type { Settings } from '#libs/config/settings.js';
import { Database } from '#libs/database/database.js';
import type { Logger } from '#libs/telemetry/logger.js';
import { LOGGER } from '#libs/telemetry/telemetry.module.js';
import { FallbackStorage } from './fallback-storage.js';
import { policies } from './policies.js';
import { PostgresStorage } from './postgres-storage.js';
import { RateLimitGuard } from './rate-limit.guard.js';
import { RedisStorage } from './redis-storage.js';
import type { RateLimitStorage } from './storage.js';
import { Turnstile } from './turnstile.js';

const STORAGE = Symbol('rate limit storage');

@Module({
  providers: [{ provide: STORAGE, inject: [SETTINGS, Database, LOGGER], useFactory: chooseStorage }],
  exports: [STORAGE],
})
class RateLimitStorageModule implements OnApplicationShutdown {
  constructor(@Inject(STORAGE) private readonly storage: RateLimitStorage) {}

  onApplicationShutdown(): void {
    this.storage.close();
  }
}

function chooseStorage(settings: Settings, database: Database, logger: Logger): RateLimitStorage {
  const postgres = new PostgresStorage(database);
  if (settings.REDIS_URL === undefined) return postgres;
  const redis = new RedisStorage(settings.REDIS_URL, (error) => logger.debug({ error }, 'rate limits: Redis'));
  return new FallbackStorage(redis, postgres, (error) =>
    logger.warn({ error }, 'rate limits are counted in PostgreSQL while Redis is away'),
  );
}

/** How often a user or an address may ask. */
@Module({
  imports: [
    ThrottlerModule.forRootAsync({
      imports: [RateLimitStorageModule],
      inject: [SETTINGS, Reflector, STORAGE],
      useFactory: (settings: Settings, reflector: Reflector, storage: RateLimitStorage) => ({
        throttlers: policies(settings, reflector),
        storage,
      }),
    }),
  ],
  providers: [
    RateLimitGuard,
    {
      provide: Turnstile,
      inject: [SETTINGS],
      useFactory: (settings: Settings) => new Turnstile({ perMinute: settings.RATE_LIMIT_PER_MINUTE }),
    },
  ],
  exports: [RateLimitGuard, Turnstile],
})
export class RateLimitModule {}
