import { z } from 'zod';
import { notificationId } from '../notifications/notification.schema.js';
import type { ClaimedProgress, Progress } from './listener.js';

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

/** As JavaScript counts. */
export const postNumber = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

/** How far a client of the stream is, as the id of an event: `<notification>-<post>`. */
export const toEventId = ({ lastNotification, lastPost }: Progress): string => `${lastNotification}-${lastPost}`;

/** What is no such id says nothing: the stream begins with what is next. */
export function readEventId(text: string | undefined): ClaimedProgress {
  const [notification, post] = (text ?? '').split('-', 2);
  const read = (part: string | undefined, schema: z.ZodType<number>): number | null =>
    part ? (schema.safeParse(part).data ?? null) : null;
  return { lastNotification: read(notification, notificationId), lastPost: read(post, postNumber) };
}
