import { QueueLab, type QueueServers } from '../support/queue-lab.js';
import { describeControl } from './queue/control.contract.js';
import { describeFailing } from './queue/failing.contract.js';
import { describeFairness } from './queue/fairness.contract.js';
import { describeRecovery } from './queue/recovery.contract.js';
import { describeRunning } from './queue/running.contract.js';

/** What jobs may rely on, whichever backend wakes the workers. */
export function describeQueueContract(servers: () => Promise<QueueServers>): void {
  let lab: QueueLab;

  beforeAll(async () => {
    lab = await QueueLab.open(await servers());
  });
  afterEach(() => lab.reset());
  afterAll(() => lab.close());

  describeRunning(() => lab);
  describeFailing(() => lab);
  describeRecovery(() => lab);
  describeControl(() => lab);
  describeFairness(() => lab);
}
