import { z } from 'zod';
import { notificationId } from '../notifications/notification.schema.js';

export const streamTokenSchema = z
  .object({
    token: z.string().meta({ description: 'For /events/stream?token=' }),
    expiresAt: z.iso.datetime().meta({ description: 'Until then a stream can be opened with it' }),
  })
  .meta({ id: 'StreamToken' });

export const streamQuery = z.strictObject({
  token: z.string().min(1).max(4096),
  lastEventId: z.string().max(100).optional().meta({ description: 'For clients that cannot send Last-Event-ID' }),
});

export type StreamToken = z.infer<typeof streamTokenSchema>;
export type StreamQuery = z.infer<typeof streamQuery>;

/** The number of the last notification that a client has. What is no such number is none: the stream begins with the next. */
export function lastEventId(text: string | undefined): number | null {
  if (text === undefined || text === '') return null;
  return notificationId.safeParse(text).data ?? null;
}
