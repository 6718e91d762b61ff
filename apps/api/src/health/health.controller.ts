import { Controller, Get, Header, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Access } from '../http/access.js';
import { Answers } from '../openapi/answers.js';
import { CheckReadiness } from './check-readiness.js';
import { aliveSchema, readinessSchema, type Readiness } from './health.schema.js';

@ApiTags('health')
@Access('public')
@Controller('health')
export class HealthController {
  constructor(private readonly checkReadiness: CheckReadiness) {}

  @Get()
  @Header('Cache-Control', 'no-store')
  @ApiOperation({ summary: 'Is the process alive?', description: 'Asks nobody else: for liveness probes.' })
  @Answers(200, aliveSchema)
  alive(): { status: 'up' } {
    return { status: 'up' };
  }

  @Get('ready')
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    summary: 'Is all there that the service needs?',
    description: 'Database, queue, object store and a worker, each by name: for readiness probes and people.',
  })
  @Answers(200, readinessSchema, 'Everything is up')
  @ApiResponse({ status: 503, standardSchema: readinessSchema, description: 'Something is down' })
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<Readiness> {
    const readiness = await this.checkReadiness.run();
    if (readiness.status === 'down') void reply.status(503).header('Retry-After', '5');
    return readiness;
  }
}
