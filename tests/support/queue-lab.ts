import { Queue, Worker } from 'bullmq';
import { v7 as uuidv7 } from 'uuid';
import { loadSettings } from '#libs/config/settings.js';
import { Database } from '#libs/database/database.js';
import { connectQueues, type QueueConnection } from '#libs/queue/connection.js';
import { Dispatcher } from '#libs/queue/dispatcher.js';
import { enqueue, type JobRequest } from '#libs/queue/enqueue.js';
import { JOB_KINDS, type JobKind } from '#libs/queue/job-kinds.js';
import { JobRunner, type JobHandler, type JobHandlers, type RunOutcome, type GiveUp } from '#libs/queue/job-runner.js';
import { Leases, type JobFailure } from '#libs/queue/leases.js';
import { Reconciler } from '#libs/queue/reconciler.js';
import { createLogger } from '#libs/telemetry/logger.js';
import { until } from './until.js';

export interface QueueServers {
  databaseUrl: string;
  /** Absent: BullMQ on PostgreSQL. */
  redisUrl?: string;
}

/** A failure that a fake handler asks for by throwing it. */
export class AskedFailure extends Error {
  constructor(readonly failure: JobFailure) {
    super(failure.detail);
  }
}

const toFailure = (error: unknown): JobFailure =>
  error instanceof AskedFailure
    ? error.failure
    : { code: error instanceof Error ? error.name : 'UNKNOWN', detail: String(error), permanent: false };

/** The kinds that the contract's jobs are of: every worker keeps a connection for each. */
const CONSUMED = ['process-asset', 'delete-objects'] as const;

/** Jobs that are recorded in one transaction. */
const AT_ONCE = 100;

const completes: JobHandler = { run: () => Promise.resolve(() => Promise.resolve([])) };

/** The work of a kind, and what is done when it is given up. */
export type LabHandler = JobHandler & { giveUp?: GiveUp };
export type LabHandlers = Partial<Record<JobKind, LabHandler>>;

/** Every kind completes at once, unless told otherwise. */
export const fakeHandlers = (told: LabHandlers = {}): JobHandlers => ({
  ...(Object.fromEntries(JOB_KINDS.map((kind) => [kind, completes])) as Record<JobKind, JobHandler>),
  ...told,
});

const fakeGiveUp =
  (told: LabHandlers = {}): GiveUp =>
  async (tx, job, failure) =>
    told[job.kind]?.giveUp?.(tx, job, failure);

export interface LabWorkerOptions {
  handlers?: LabHandlers;
  concurrency?: number;
  leaseSeconds?: number;
  timeoutSeconds?: number;
  /** False: a worker that is cut off from the database as far as its leases go. */
  renews?: boolean;
}

/** One worker process, as apps/worker makes them, without a process. */
export interface LabWorker {
  runner: JobRunner;
  outcomes: RunOutcome[];
  stop(graceMs?: number): Promise<void>;
}

/** The real queue on real servers, with the handlers of a test. */
export class QueueLab {
  private readonly workers: LabWorker[] = [];

  private constructor(
    /** What connections complained about. */
    private readonly complaints: Error[],
    readonly database: Database,
    readonly dispatcher: Dispatcher,
    readonly connection: QueueConnection,
    private readonly queues: ReadonlyMap<JobKind, Queue>,
  ) {}

  static async open({ databaseUrl, redisUrl }: QueueServers): Promise<QueueLab> {
    const settings = loadSettings({
      DATABASE_URL: databaseUrl,
      REDIS_URL: redisUrl,
      JWT_SECRET: 'j'.repeat(32),
      URL_SIGNING_SECRET: 'u'.repeat(32),
    });
    const complaints: Error[] = [];
    const complain = (error: Error): void => void complaints.push(error);
    const connection = await connectQueues(settings, { onError: complain });
    // Nobody waits for that in a process: what is not dispatched meanwhile is the reconciler's.
    await until(() => connection.isUp(), Boolean);
    const queues = new Map(JOB_KINDS.map((kind) => [kind, new Queue(kind, { connection: connection.options })]));
    for (const queue of queues.values()) queue.on('error', complain);
    const database = new Database({
      url: databaseUrl,
      poolSize: 10,
      applicationName: 'queue-lab',
      onIdleError: complain,
    });
    return new QueueLab(
      complaints,
      database,
      new Dispatcher(queues, () => connection.isUp(), silent),
      connection,
      queues,
    );
  }

  /** Stops the workers of a test and forgets its jobs. */
  async reset(): Promise<void> {
    await Promise.all(this.workers.splice(0).map((worker) => worker.stop()));
    await this.database.client.$executeRaw`
      TRUNCATE jobs, job_attempts, queues, queue_clocks, tenant_clocks, events, assets CASCADE`;
    for (const queue of this.queues.values()) {
      await queue.obliterate({ force: true });
      await queue.resume();
    }
  }

  async close(): Promise<void> {
    for (const queue of this.queues.values()) await queue.close();
    await this.connection.close();
    await this.database.close();
    if (this.complaints.length > 0) throw new AggregateError(this.complaints, 'connections complained');
  }

  /** Records a job as the API does, and says nothing to the queue. */
  record(request: Partial<JobRequest> = {}) {
    const job: JobRequest = { kind: 'process-asset', tenantId: uuidv7(), payload: { version: 1 }, ...request };
    return this.database.transaction((tx) => enqueue(tx, job));
  }

  /** Records many of one tenant; says nothing to the queue. */
  async recordMany(count: number, request: Partial<JobRequest> & { tenantId: string }): Promise<void> {
    const job: JobRequest = { kind: 'process-asset', payload: { version: 1 }, ...request };
    for (let left = count; left > 0; left -= AT_ONCE)
      await this.database.transaction(async (tx) => {
        for (let made = 0; made < Math.min(left, AT_ONCE); made++) await enqueue(tx, job);
      });
  }

  /** Records a job and wakes a worker for it. */
  async enqueue(request: Partial<JobRequest> = {}): Promise<string> {
    const token = await this.record(request);
    await this.dispatcher.dispatch([token]);
    return token.jobId;
  }

  startWorker({ renews = true, ...options }: LabWorkerOptions = {}): LabWorker {
    const { database, dispatcher, connection } = this;
    const leaseSeconds = options.leaseSeconds ?? 10;
    const outcomes: RunOutcome[] = [];
    const runner = new JobRunner({
      database,
      dispatcher,
      handlers: fakeHandlers(options.handlers),
      giveUp: fakeGiveUp(options.handlers),
      toFailure,
      leaseSeconds,
      logger: silent,
      leases: this.leases(leaseSeconds),
      timeoutSeconds: () => options.timeoutSeconds ?? 60,
      onFinished: (_kind, outcome) => outcomes.push(outcome),
    });
    const consumers = CONSUMED.map((kind) => {
      const { concurrency = 1 } = options;
      const worker = new Worker(kind, () => runner.runNext(kind), { connection: connection.options, concurrency });
      return worker.on('error', (error) => this.complaints.push(error));
    });
    if (renews) runner.start();
    const worker = {
      runner,
      outcomes,
      stop: async (graceMs = 1_000) => {
        await Promise.all([...consumers.map((consumer) => consumer.close()), runner.stop(graceMs)]);
      },
    };
    this.workers.push(worker);
    return worker;
  }

  leases(leaseSeconds = 10, workerId = `worker-${uuidv7()}`): Leases {
    return new Leases(this.database, workerId, leaseSeconds);
  }

  /** As in a process whose queue is away. */
  dispatcherOfAnAbsentQueue(): Dispatcher {
    return new Dispatcher(this.queues, () => false, silent);
  }

  reconciler(handlers: LabHandlers = {}): Reconciler {
    return new Reconciler(this.database, this.dispatcher, fakeGiveUp(handlers), silent);
  }

  /** As if the worker had not been heard of for longer than its lease. */
  async expireLeases(): Promise<void> {
    await this.database.client.$executeRaw`
      UPDATE jobs SET lease_expires_at = now() - interval '1 second' WHERE state = 'ACTIVE'`;
  }

  job(id: string) {
    return this.database.client.job.findUniqueOrThrow({
      where: { id },
      include: { runs: { orderBy: { number: 'asc' } } },
    });
  }

  /** Waits until a job is in one of the states. */
  reached(id: string, ...states: string[]) {
    return until(
      () => this.job(id),
      ({ state }) => states.includes(state),
    );
  }
}

const silent = createLogger('test', { LOG_LEVEL: 'silent', LOG_FORMAT: 'json' });
