import { createHash, timingSafeEqual } from 'node:crypto';
import { Controller, Get, Headers, Inject, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Registry } from 'prom-client';
import { SETTINGS } from '#libs/config/config.module.js';
import type { Settings } from '#libs/config/settings.js';
import { unauthorized } from '../auth/challenge.js';
import { Access } from '../http/access.js';
import { Problems } from '../openapi/answers.js';
import { JobMetrics } from './job-metrics.js';

@ApiTags('health')
@Access('public')
@Controller('metrics')
export class MetricsController {
  constructor(
    private readonly registry: Registry,
    private readonly jobMetrics: JobMetrics,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'Metrics for Prometheus',
    description: 'Open, or for those who send METRICS_TOKEN as a bearer token when that setting is made.',
  })
  @ApiOkResponse({ description: 'Prometheus text format', content: { 'text/plain': { schema: { type: 'string' } } } })
  @Problems('UNAUTHENTICATED')
  async metrics(
    @Headers('authorization') authorization: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const { METRICS_TOKEN } = this.settings;
    if (METRICS_TOKEN !== undefined && !isSame(authorization ?? '', `Bearer ${METRICS_TOKEN}`))
      throw unauthorized('UNAUTHENTICATED', 'Send METRICS_TOKEN as Authorization: Bearer <token>.');
    await this.jobMetrics.refresh();
    void reply.header('Content-Type', this.registry.contentType);
    return this.registry.metrics();
  }
}

/** In a time that does not tell how much of it is right; hashed, for the lengths to be equal. */
function isSame(given: string, expected: string): boolean {
  const [a, b] = [given, expected].map((text) => createHash('sha256').update(text).digest());
  return a !== undefined && b !== undefined && timingSafeEqual(a, b);
}
