import { Controller, Get, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Database } from '#libs/database/database.js';
import { Access, CurrentCaller, RequestOrigin, type Caller, type Origin } from '../http/access.js';
import { pageOf, type Page } from '../http/page.js';
import { Answers, Problems } from '../openapi/answers.js';
import { countJobs } from './count-jobs.js';
import { queueSchema, queueStateSchema, type QueueState, type QueueView } from './job.schema.js';
import { PauseQueue } from './pause-queue.js';

@ApiTags('jobs')
@Access('admin')
@Controller('queues')
export class QueuesController {
  constructor(
    private readonly database: Database,
    private readonly pauseQueue: PauseQueue,
  ) {}

  @Get()
  @ApiOperation({ summary: 'List the queues, one a kind of job' })
  @Answers(200, pageOf('QueuePage', queueSchema))
  async list(): Promise<Page<QueueView>> {
    const kinds = await countJobs(this.database);
    return { items: kinds.map(({ kind: name, paused, ...counts }) => ({ name, paused, counts })), nextCursor: null };
  }

  @Post(':name/pause')
  @ApiOperation({ summary: 'Pause a queue', description: 'Jobs under way go on; no other is begun.' })
  @Answers(200, queueStateSchema)
  @Problems('QUEUE_NOT_FOUND')
  pause(
    @Param('name') name: string,
    @CurrentCaller() caller: Caller,
    @RequestOrigin() origin: Origin,
  ): Promise<QueueState> {
    return this.pauseQueue.set(name, true, caller, origin);
  }

  @Post(':name/resume')
  @ApiOperation({ summary: 'Resume a paused queue' })
  @Answers(200, queueStateSchema)
  @Problems('QUEUE_NOT_FOUND')
  resume(
    @Param('name') name: string,
    @CurrentCaller() caller: Caller,
    @RequestOrigin() origin: Origin,
  ): Promise<QueueState> {
    return this.pauseQueue.set(name, false, caller, origin);
  }
}
