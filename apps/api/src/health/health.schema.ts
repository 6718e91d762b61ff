import { z } from 'zod';

const status = z.enum(['up', 'down']);

const checkSchema = z
  .object({ status, detail: z.string().optional().meta({ description: 'Why it is down' }) })
  .meta({ id: 'HealthCheck' });

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
      }),
    }),
  })
  .meta({ id: 'Readiness' });

export type Check = z.infer<typeof checkSchema>;
export type Readiness = z.infer<typeof readinessSchema>;
