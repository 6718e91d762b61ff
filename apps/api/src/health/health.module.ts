import { Module } from '@nestjs/common';
import { CheckReadiness } from './check-readiness.js';
import { HealthController } from './health.controller.js';
import { LiveWorkers } from './live-workers.js';

@Module({ controllers: [HealthController], providers: [CheckReadiness, LiveWorkers], exports: [LiveWorkers] })
export class HealthModule {}
