import { Module, type DynamicModule } from '@nestjs/common';
import { ConfigModule } from '#libs/config/config.module.js';
import type { Settings } from '#libs/config/settings.js';
import { DatabaseModule } from '#libs/database/database.module.js';
import { QueueModule } from '#libs/queue/queue.module.js';
import { StorageModule } from '#libs/storage/storage.module.js';
import type { Logger } from '#libs/telemetry/logger.js';
import { TelemetryModule } from '#libs/telemetry/telemetry.module.js';
import { AssetsModule } from './assets/assets.module.js';
import { AuditModule } from './audit/audit.module.js';
import { AuthModule } from './auth/auth.module.js';
import { HealthModule } from './health/health.module.js';
import { IdempotencyModule } from './idempotency/idempotency.module.js';
import { JobsModule } from './jobs/jobs.module.js';
import { MetricsModule } from './metrics/metrics.module.js';
import { ProblemsModule } from './problem/problems.module.js';
import { RateLimitModule } from './rate-limit/rate-limit.module.js';
import { UploadsModule } from './uploads/uploads.module.js';
import { UsersModule } from './users/users.module.js';

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
        StorageModule,
        AuthModule,
        RateLimitModule,
        IdempotencyModule,
        UsersModule,
        UploadsModule,
        AssetsModule,
        JobsModule,
        AuditModule,
        HealthModule,
        MetricsModule,
        ProblemsModule,
      ],
    };
  }
}
