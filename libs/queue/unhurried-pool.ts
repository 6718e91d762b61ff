import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';

const PAUSE_MS = 1_000;

type Connected = (
  error: Error | undefined,
  client: pg.PoolClient | undefined,
  done: (release?: unknown) => void,
) => void;

/**
 * Says only after a second that there is no connection to be had: BullMQ's workers ask again at once, which would be
 * a thousand times a second for as long as PostgreSQL is away.
 */
export class UnhurriedPool extends pg.Pool {
  override connect(): Promise<pg.PoolClient>;
  override connect(callback: Connected): void;
  override connect(callback?: Connected): Promise<pg.PoolClient> | void {
    const connected = this.connectOrPause();
    if (!callback) return connected;
    connected.then(
      (client) => callback(undefined, client, (release) => client.release(Boolean(release))),
      (error: unknown) => callback(asError(error), undefined, () => undefined),
    );
  }

  private async connectOrPause(): Promise<pg.PoolClient> {
    try {
      return await super.connect();
    } catch (error) {
      if (!this.ending) await delay(PAUSE_MS);
      throw error;
    }
  }
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
