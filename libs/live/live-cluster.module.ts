import { Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { SETTINGS } from '#libs/config/config.module.js';
import type { Settings } from '#libs/config/settings.js';
import { Database } from '#libs/database/database.js';
import type { Logger } from '#libs/telemetry/logger.js';
import { LOGGER } from '#libs/telemetry/telemetry.module.js';
import { makeLiveAdapter } from './adapter.js';
import { LiveCluster } from './live-cluster.js';

/** Hands what transactions of this process announce to every process that has clients. */
@Global()
@Module({
  providers: [
    {
      provide: LiveCluster,
      inject: [SETTINGS, Database, LOGGER],
      useFactory: (settings: Settings, database: Database, logger: Logger) => {
        const onError = (error: Error) => logger.warn({ error }, 'live news come late: their way was interrupted');
        const cluster = new LiveCluster(makeLiveAdapter(settings, onError));
        database.onNews = (news) => cluster.tell(news);
        return cluster;
      },
    },
  ],
  exports: [LiveCluster],
})
export class LiveClusterModule implements OnApplicationShutdown {
  constructor(@Inject(LiveCluster) private readonly cluster: LiveCluster) {}

  async onApplicationShutdown(): Promise<void> {
    await this.cluster.close();
  }
}
