import { Global, Module, type DynamicModule } from '@nestjs/common';
import { collectDefaultMetrics, Registry } from 'prom-client';
import type { Logger } from './logger.js';

export const LOGGER = Symbol('logger');

@Global()
@Module({})
export class TelemetryModule {
  /** Provides the process's logger and its Prometheus registry. */
  static forRoot(logger: Logger): DynamicModule {
    const registry = new Registry();
    collectDefaultMetrics({ register: registry });
    return {
      module: TelemetryModule,
      providers: [
        { provide: LOGGER, useValue: logger },
        { provide: Registry, useValue: registry },
      ],
      exports: [LOGGER, Registry],
    };
  }
}
