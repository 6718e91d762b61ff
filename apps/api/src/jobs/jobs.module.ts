import { Module } from '@nestjs/common';
import { EndJobs } from './end-jobs.js';
import { FindJobs } from './find-jobs.js';
import { JobsController } from './jobs.controller.js';
import { PauseQueue } from './pause-queue.js';
import { QueuesController } from './queues.controller.js';
import { RetryJobs } from './retry-jobs.js';
import { WakeWorkers } from './wake-workers.js';

/** What administrators see of the jobs and can do about them. */
@Module({
  controllers: [JobsController, QueuesController],
  providers: [FindJobs, RetryJobs, EndJobs, PauseQueue, WakeWorkers],
})
export class JobsModule {}
