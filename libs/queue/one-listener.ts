import { PostgresConnection, PostgresQueueBackend, type BackendFactory, type PostgresConnectionOptions } from 'bullmq';
import type pg from 'pg';

/** A queue's share of a connection that outlives it. */
class Share extends PostgresQueueBackend {
  /** Not the connection: statements of the other queues would never settle. */
  override close(): Promise<void> {
    return (this.closing ??= Promise.resolve());
  }

  override disconnect(): Promise<void> {
    return this.disconnectBlocking();
  }
}

type ListenClient = Awaited<ReturnType<PostgresConnection['getListenClient']>>;

/** Nine queues begin to listen at once; a client of pg wants one statement after the other. */
class SharedConnection extends PostgresConnection {
  private known: ListenClient | undefined;

  override async getListenClient(): Promise<ListenClient> {
    const client = await super.getListenClient();
    if (client !== this.known) takeTurns(client);
    this.known = client;
    return client;
  }
}

function takeTurns(client: ListenClient): void {
  const query: ListenClient['query'] = client.query.bind(client);
  let last: Promise<unknown> = Promise.resolve();
  client.query = <Row>(text: string, values?: readonly unknown[]) => {
    const answer = last.then(() => query<Row>(text, values));
    // Whoever has asked is told why his failed.
    last = answer.catch(() => undefined);
    return answer;
  };
}

/** Makes the backends of a process's queues, and ends what they share. */
export interface SharedListener {
  factory: BackendFactory<PostgresQueueBackend, PostgresConnectionOptions>;
  close(): Promise<void>;
}

/**
 * Shares the connection on which BullMQ is told of new jobs among the queues of this process. By itself it keeps one
 * for every queue: with a queue for each kind of job, eight workers took the two hundred connections of a server.
 *
 * @param pool one of its connections is kept to listen on
 * @throws when the database is away: BullMQ asks it only once whether its tables fit, and would be told so for ever
 */
export async function shareListener(pool: pg.Pool): Promise<SharedListener> {
  const connection = new SharedConnection(pool);
  // Every queue listens to it.
  connection.setMaxListeners(0);
  await connection.waitUntilReady();
  return {
    // As its owner: only owners listen again when the connection was lost.
    factory: (name, options) => new Share(connection, name, options, true),
    close: () => connection.close(),
  };
}
