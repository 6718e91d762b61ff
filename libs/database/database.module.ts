import { Global, Inject, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { SETTINGS } from '#libs/config/config.module.js';
import type { Settings } from '#libs/config/settings.js';
import type { Logger } from '#libs/telemetry/logger.js';
import { LOGGER } from '#libs/telemetry/telemetry.module.js';
import { Database } from './database.js';

@Global()
@Module({})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(@Inject(Database) private readonly database: Database) {}

  static forRoot(applicationName: string): DynamicModule {
    return {
      module: DatabaseModule,
      providers: [
        {
          provide: Database,
          inject: [SETTINGS, LOGGER],
          useFactory: (settings: Settings, logger: Logger) =>
            new Database({
              url: settings.DATABASE_URL,
              poolSize: settings.DATABASE_POOL_SIZE,
              applicationName,
              onIdleError: (error) => logger.warn({ error }, 'an idle database connection was lost'),
            }),
        },
      ],
      exports: [Database],
    };
  }

  /** The last phase of a shutdown: jobs and requests have ended by now. */
  async onApplicationShutdown(): Promise<void> {
    await this.database.close();
  }
}
