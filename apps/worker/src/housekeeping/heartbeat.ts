import { hostname } from 'node:os';
import type { Database } from '#libs/database/database.js';
import type { Logger } from '#libs/telemetry/logger.js';

const PERIOD_MS = 5_000;

/** Says every few seconds that this worker is alive: readiness and the admin's page look at the row. */
export class Heartbeat {
  private timer?: NodeJS.Timeout;

  constructor(
    private readonly database: Database,
    private readonly workerId: string,
    private readonly capabilities: object,
    private readonly logger: Logger,
  ) {}

  /** Resolves after the first one: written, or not because the database was away. */
  async start(): Promise<void> {
    this.timer = setInterval(() => void this.beat(), PERIOD_MS);
    await this.beat();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.database.query('forget-worker', 'DELETE FROM workers WHERE id = $1', [this.workerId]);
  }

  private async beat(): Promise<void> {
    try {
      await this.database.query(
        'heartbeat',
        `INSERT INTO workers (id, hostname, pid, capabilities) VALUES ($1, $2, $3, $4)
         ON CONFLICT (id) DO UPDATE SET seen_at = now()`,
        [this.workerId, hostname(), process.pid, JSON.stringify(this.capabilities)],
      );
    } catch (error) {
      this.logger.warn({ error }, 'the heartbeat could not be written');
    }
  }
}
