import { Body, Controller, Delete, Get, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Database } from '#libs/database/database.js';
import { Access, CurrentCaller, RequestOrigin, type Caller, type Origin } from '../http/access.js';
import { pageOf, type Page } from '../http/page.js';
import { Answers, AnswersNothing, Problems } from '../openapi/answers.js';
import { countJobs, sumCounts } from './count-jobs.js';
import { EndJobs } from './end-jobs.js';
import { FindJobs } from './find-jobs.js';
import {
  jobListQuery,
  jobSchema,
  jobStatsSchema,
  jobSummarySchema,
  retriedSchema,
  retryManySchema,
  type JobListQuery,
  type JobStats,
  type JobSummary,
  type JobView,
  type RetryMany,
} from './job.schema.js';
import { RetryJobs } from './retry-jobs.js';

@ApiTags('jobs')
@Access('admin')
@Controller('jobs')
export class JobsController {
  constructor(
    private readonly database: Database,
    private readonly findJobs: FindJobs,
    private readonly retryJobs: RetryJobs,
    private readonly endJobs: EndJobs,
  ) {}

  @Get()
  @ApiOperation({ summary: 'List jobs, newest first' })
  @Answers(200, pageOf('JobPage', jobSummarySchema))
  @Problems('VALIDATION_FAILED', 'INVALID_CURSOR')
  list(@Query({ schema: jobListQuery }) query: JobListQuery): Promise<Page<JobSummary>> {
    return this.findJobs.list(query);
  }

  @Get('stats')
  @ApiOperation({ summary: 'Count jobs by state and kind' })
  @Answers(200, jobStatsSchema)
  async stats(): Promise<JobStats> {
    const kinds = await countJobs(this.database);
    const byKind = kinds.map(({ kind, ...counts }) => [kind, counts] as const);
    return { ...sumCounts(kinds), kinds: Object.fromEntries(byKind) };
  }

  @Post('retry')
  @ApiOperation({
    summary: 'Retry all FAILED jobs that match',
    description:
      'Narrowed as a list of jobs is, to a kind, an error code, a tenant or an asset; or all of them. ' +
      'Jobs whose asset was deleted are left as they are.',
  })
  @Answers(200, retriedSchema)
  @Problems('VALIDATION_FAILED')
  async retryMany(
    @Body({ schema: retryManySchema }) filter: RetryMany,
    @CurrentCaller() caller: Caller,
    @RequestOrigin() origin: Origin,
  ): Promise<{ retried: number }> {
    return { retried: await this.retryJobs.many(filter, caller, origin) };
  }

  @Get(':id')
  @ApiOperation({ summary: 'See a job and every attempt at it' })
  @Answers(200, jobSchema)
  @Problems('JOB_NOT_FOUND')
  get(@Param('id') id: string): Promise<JobView> {
    return this.findJobs.one(id);
  }

  @Post(':id/retry')
  @ApiOperation({
    summary: 'Retry a job now',
    description: 'One that is FAILED, CANCELLED or DELAYED: it starts again with all its attempts before it.',
  })
  @Answers(200, jobSchema)
  @Problems('JOB_NOT_FOUND', 'JOB_NOT_RETRYABLE')
  async retry(
    @Param('id') id: string,
    @CurrentCaller() caller: Caller,
    @RequestOrigin() origin: Origin,
  ): Promise<JobView> {
    await this.retryJobs.one(id, caller, origin);
    return this.findJobs.one(id);
  }

  @Post(':id/cancel')
  @ApiOperation({
    summary: 'Cancel a job',
    description:
      'One that has yet to end. A run under way is ended within seconds, with the programs that it has started, and ' +
      'whoever waits for it is told: an asset or its streams are FAILED with JOB_CANCELLED.',
  })
  @Answers(200, jobSchema)
  @Problems('JOB_NOT_FOUND', 'JOB_NOT_CANCELLABLE')
  async cancel(
    @Param('id') id: string,
    @CurrentCaller() caller: Caller,
    @RequestOrigin() origin: Origin,
  ): Promise<JobView> {
    await this.endJobs.cancel(id, caller, origin);
    return this.findJobs.one(id);
  }

  @Delete(':id')
  @ApiOperation({
    summary: 'Delete a job',
    description:
      'Also one that has yet to run: it never will, and what waits for it is FAILED. One that runs is cancelled first.',
  })
  @AnswersNothing()
  @Problems('JOB_NOT_FOUND', 'JOB_ACTIVE', 'JOB_NOT_CANCELLABLE')
  async remove(
    @Param('id') id: string,
    @CurrentCaller() caller: Caller,
    @RequestOrigin() origin: Origin,
  ): Promise<void> {
    await this.endJobs.remove(id, caller, origin);
  }
}
