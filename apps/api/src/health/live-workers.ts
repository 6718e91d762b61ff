import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Database } from '#libs/database/database.js';
import { remembered } from './remembered.js';

/** However many ask at once, what they ask is asked once a second. */
const REMEMBERED_MS = 1_000;

/** As a worker wrote it down when it started; one of an older version may have written less. */
const writtenSchema = z.object({
  tools: z.object({ version: z.string(), toneMaps: z.boolean() }).nullable().catch(null),
  missing: z.array(z.string()).catch([]),
  virusScan: z.boolean().catch(false),
});

/** What the machine of a live worker can do. */
export interface WorkerCapabilities {
  /** ffmpeg's version; null where it is missing. */
  ffmpeg: string | null;
  /** Whether films in HDR are shown in the colours of screens without. */
  toneMaps: boolean;
  /** Whether files are scanned for viruses. */
  virusScan: boolean;
  /** Types of which it can make nothing. */
  missing: string[];
}

/** The workers that were seen in the last 30 s, by the database's clock, which is theirs and ours. */
@Injectable()
export class LiveWorkers {
  constructor(private readonly database: Database) {}

  readonly capabilities = remembered(REMEMBERED_MS, () => this.read());

  /** Whether there are workers, and none of them can make anything of the type (canonical). */
  async noneCan(mime: string): Promise<boolean> {
    const workers = await this.capabilities();
    return workers.length > 0 && workers.every(({ missing }) => missing.includes(mime));
  }

  private async read(): Promise<WorkerCapabilities[]> {
    const rows = await this.database.query<{ capabilities: unknown }>(
      'live-workers',
      `SELECT capabilities FROM workers WHERE seen_at > now() - interval '30 seconds' ORDER BY started_at, id`,
      [],
    );
    return rows.map(({ capabilities }) => {
      const { tools, missing, virusScan } = writtenSchema.parse(capabilities);
      return { ffmpeg: tools?.version ?? null, toneMaps: tools?.toneMaps ?? false, virusScan, missing };
    });
  }
}
