import { Module } from '@nestjs/common';
import { CancelJob } from './cancel-job.js';
import { DeleteJob } from './delete-job.js';
import { FindJobs } from './find-jobs.js';
import { JobsController } from './jobs.controller.js';
import { PauseQueue } from './pause-queue.js';
import { QueuesController } from './queues.controller.js';
import { RetryJobs } from './retry-jobs.js';
import { WakeWorkers } from './wake-workers.js';

/** What administrators see of the jobs and can do about them. */
@Module({
  controllers: [JobsController, QueuesController],
  providers: [FindJobs, RetryJobs, CancelJob, DeleteJob, PauseQueue, WakeWorkers],
})
export class JobsModule {}
