import { Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { SETTINGS } from '#libs/config/config.module.js';
import type { Settings } from '#libs/config/settings.js';
import { Database } from '#libs/database/database.js';
import type { Logger } from '#libs/telemetry/logger.js';
import { LOGGER } from '#libs/telemetry/telemetry.module.js';
import type { LeaseStore } from './lease-store.js';
import { PostgresLeases } from './postgres-leases.js';
import { RedisLeases } from './redis-leases.js';

export const LEASES = Symbol('leases of playbacks');

/** Who watches at the moment: in Redis when the settings name one, in PostgreSQL otherwise. */
@Global()
@Module({
  providers: [{ provide: LEASES, inject: [SETTINGS, Database, LOGGER], useFactory: chooseLeases }],
  exports: [LEASES],
})
export class LeasesModule implements OnApplicationShutdown {
  constructor(@Inject(LEASES) private readonly leases: LeaseStore) {}

  onApplicationShutdown(): void {
    this.leases.close();
  }
}

function chooseLeases(settings: Settings, database: Database, logger: Logger): LeaseStore {
  const { REDIS_URL, PLAYBACK_SILENCE_SECONDS: silence } = settings;
  if (REDIS_URL === undefined) return new PostgresLeases(database, silence);
  return new RedisLeases(REDIS_URL, silence, (error) => logger.debug({ error }, 'playbacks: Redis'));
}
