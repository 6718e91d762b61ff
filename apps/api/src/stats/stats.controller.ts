import { Controller, Get, Headers, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Access, CurrentCaller, reaches, type Caller } from '../http/access.js';
import { Answers, Problems } from '../openapi/answers.js';
import { Problem } from '../problem/problem.js';
import { AccessStatistics } from './access-stats.js';
import { AssetStatistics } from './asset-stats.js';
import { toCsv, wantsCsv } from './csv.js';
import {
  accessStatsQuery,
  accessStatsSchema,
  assetStatsQuery,
  assetStatsSchema,
  type AccessStatsQuery,
  type AssetStatsQuery,
} from './stats.schema.js';

@ApiTags('stats')
@Controller('stats')
export class StatsController {
  constructor(
    private readonly accesses: AccessStatistics,
    private readonly assets: AssetStatistics,
  ) {}

  @Get('access')
  @Access('owner')
  @ApiOperation({
    summary: 'See who was given what',
    description: 'Totals, days and groups in one answer. With Accept: text/csv, the groups as a table.',
  })
  @ApiProduces('application/json', 'text/csv')
  @Answers(200, accessStatsSchema)
  @Problems('VALIDATION_FAILED', 'FORBIDDEN')
  async access(
    @Query({ schema: accessStatsQuery }) query: AccessStatsQuery,
    @CurrentCaller() caller: Caller,
    @Headers('accept') accept: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const stats = await this.accesses.run(query, tenantOf(caller, query.scope));
    if (!wantsCsv(accept)) return send(reply, accessStatsSchema.parse(stats));
    const columns = ['key', 'name', 'views', 'downloads', 'streams', 'bytes', 'seconds'] as const;
    return sendCsv(reply, `access-by-${query.groupBy}-${query.from}-${query.to}`, toCsv(columns, stats.groups));
  }

  @Get('assets')
  @Access('viewer')
  @ApiOperation({
    summary: 'See how much there is of what',
    description: 'With Accept: text/csv, the groups as a table. An asset with a list of labels is in several groups.',
  })
  @ApiProduces('application/json', 'text/csv')
  @Answers(200, assetStatsSchema)
  @Problems('VALIDATION_FAILED', 'FORBIDDEN')
  async count(
    @Query({ schema: assetStatsQuery }) query: AssetStatsQuery,
    @CurrentCaller() caller: Caller,
    @Headers('accept') accept: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const stats = await this.assets.run(query, tenantOf(caller, query.scope));
    if (!wantsCsv(accept)) return send(reply, assetStatsSchema.parse(stats));
    return sendCsv(
      reply,
      `assets-by-${query.groupBy.replace(':', '-')}`,
      toCsv(['key', 'assets', 'bytes'], stats.groups),
    );
  }
}

/** @returns null: of everybody. @throws Problem FORBIDDEN */
function tenantOf(caller: Caller, scope: 'tenant' | 'all'): string | null {
  if (scope === 'tenant') return caller.tenantId;
  if (!reaches(caller, 'admin')) throw new Problem('FORBIDDEN', 'Only an administrator may ask for all tenants.');
  return null;
}

async function send(reply: FastifyReply, stats: object): Promise<void> {
  await reply.header('Vary', 'Accept').send(stats);
}

async function sendCsv(reply: FastifyReply, name: string, csv: string): Promise<void> {
  await reply
    .header('Vary', 'Accept')
    .header('Content-Disposition', `attachment; filename="${name}.csv"`)
    .type('text/csv; charset=utf-8; header=present')
    .send(csv);
}
