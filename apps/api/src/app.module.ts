import { Module, type DynamicModule } from '@nestjs/common';
import { ConfigModule } from '#libs/config/config.module.js';
import type { Settings } from '#libs/config/settings.js';
import { DatabaseModule } from '#libs/database/database.module.js';
import { LeasesModule } from '#libs/playback/leases.module.js';
import { QueueModule } from '#libs/queue/queue.module.js';
import { QuotasModule } from '#libs/quotas/quotas.module.js';
import { StorageModule } from '#libs/storage/storage.module.js';
import type { Logger } from '#libs/telemetry/logger.js';
import { LiveClusterModule } from '#libs/live/live-cluster.module.js';
import { TelemetryModule } from '#libs/telemetry/telemetry.module.js';
import { ApiKeysModule } from './api-keys/api-keys.module.js';
import { AssetsModule } from './assets/assets.module.js';
import { AuditModule } from './audit/audit.module.js';
import { AuthModule } from './auth/auth.module.js';
import { FeedModule } from './feed/feed.module.js';
import { HealthModule } from './health/health.module.js';
import { IdempotencyModule } from './idempotency/idempotency.module.js';
import { ImagesModule } from './images/images.module.js';
import { JobsModule } from './jobs/jobs.module.js';
import { LiveModule } from './live/live.module.js';
import { MetricsModule } from './metrics/metrics.module.js';
import { NotificationsModule } from './notifications/notifications.module.js';
import { PlaybackModule } from './playback/playback.module.js';
import { ProblemsModule } from './problem/problems.module.js';
import { RateLimitModule } from './rate-limit/rate-limit.module.js';
import { TenantsModule } from './tenants/tenants.module.js';
import { StatsModule } from './stats/stats.module.js';
import { UploadsModule } from './uploads/uploads.module.js';
import { UsersModule } from './users/users.module.js';

/** What answers requests; a process for live connections alone has none of it. */
const FEATURES = [
  UsersModule,
  TenantsModule,
  ApiKeysModule,
  UploadsModule,
  AssetsModule,
  ImagesModule,
  PlaybackModule,
  StatsModule,
  JobsModule,
  AuditModule,
  NotificationsModule,
  FeedModule,
];

/** The table of contents. AuthModule brings the guard of every route: who is it, how often, may he. */
@Module({})
export class AppModule {
  static forRoot(settings: Settings, logger: Logger): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.forRoot(settings),
        TelemetryModule.forRoot(logger),
        DatabaseModule.forRoot('media-inbox-api'),
        QueueModule,
        QuotasModule,
        StorageModule,
        LeasesModule,
        AuthModule,
        RateLimitModule,
        IdempotencyModule,
        LiveClusterModule,
        ...(settings.ROLE === 'live' ? [] : FEATURES),
        ...(settings.ROLE === 'api' ? [] : [LiveModule]),
        HealthModule,
        MetricsModule,
        ProblemsModule,
      ],
    };
  }
}
