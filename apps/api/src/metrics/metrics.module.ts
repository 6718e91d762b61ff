import { Module } from '@nestjs/common';
import { JobMetrics } from './job-metrics.js';
import { MetricsController } from './metrics.controller.js';

@Module({ controllers: [MetricsController], providers: [JobMetrics] })
export class MetricsModule {}
