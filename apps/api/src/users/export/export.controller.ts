import { Controller, Get, Post, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Access, CurrentCaller, RequestOrigin, type Caller, type Origin } from '../../http/access.js';
import { Answers } from '../../openapi/answers.js';
import { exportSchema, type ExportView } from './export.schema.js';
import { ExportAccount } from './export-account.js';

const STATUS = { PENDING: 202, READY: 200, FAILED: 200 } as const;

/** All that is kept of the signed-in account, as a zip. */
@ApiTags('users')
@Access('viewer', null)
@Controller('users/me/export')
export class ExportController {
  constructor(private readonly exportAccount: ExportAccount) {}

  @Get()
  @ApiOperation({
    summary: 'Get all that is kept of the account',
    description: 'With its files, as a zip that a job makes: 202 until it is done. The first time, this begins it.',
  })
  @Answers(200, exportSchema)
  async get(
    @CurrentCaller() caller: Caller,
    @RequestOrigin() origin: Origin,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ExportView> {
    const view = (await this.exportAccount.newest(caller)) ?? (await this.exportAccount.begin(caller, origin));
    void reply.status(STATUS[view.state]);
    return view;
  }

  @Post()
  @ApiOperation({ summary: 'Have a new export made', description: 'While one is being made, that one is meant.' })
  @Answers(202, exportSchema)
  begin(@CurrentCaller() caller: Caller, @RequestOrigin() origin: Origin): Promise<ExportView> {
    return this.exportAccount.begin(caller, origin);
  }
}
