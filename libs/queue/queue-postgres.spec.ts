import { describeQueueContract } from '../../tests/contract/queue.contract.js';
import { createDatabase, type TestDatabase } from '../../tests/support/database.js';

describe('the queue on PostgreSQL', () => {
  let database: TestDatabase;

  describeQueueContract(async () => {
    database = await createDatabase();
    return { databaseUrl: database.url };
  });
  // After the contract's own, so that its connections have ended.
  afterAll(() => database.drop());
});
