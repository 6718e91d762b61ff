import { z } from 'zod';

const status = z.enum(['up', 'down']);

const checkSchema = z
  .object({ status, detail: z.string().optional().meta({ description: 'Why it is down' }) })
  .meta({ id: 'HealthCheck' });

const capabilitiesSchema = z
  .object({
    ffmpeg: z.string().nullable().meta({ description: 'Version of ffmpeg; null: no films and no sound' }),
    toneMaps: z.boolean().meta({ description: 'Whether HDR films are shown in the colours of other screens' }),
    virusScan: z.boolean().meta({ description: 'Whether files are scanned for viruses' }),
    missing: z.array(z.string()).meta({ description: 'Types of which this worker can make nothing' }),
  })
  .meta({ id: 'WorkerCapabilities' });

export const aliveSchema = z.object({ status: z.literal('up') }).meta({ id: 'Alive' });

export const readinessSchema = z
  .object({
    status,
    checks: z.object({
      database: checkSchema,
      queue: checkSchema,
      store: checkSchema,
      worker: z.object({
        ...checkSchema.shape,
        count: z.int().optional().meta({ description: 'Workers seen in the last 30 s' }),
        capabilities: z.array(capabilitiesSchema).optional().meta({ description: 'What each of them can do' }),
      }),
    }),
  })
  .meta({ id: 'Readiness' });

export type Check = z.infer<typeof checkSchema>;
export type Readiness = z.infer<typeof readinessSchema>;
