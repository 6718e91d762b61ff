import { z } from 'zod';
import type { Lease } from '#libs/playback/lease.js';
import { problemSchema } from '../openapi/answers.js';

const expiresAt = z.iso
  .datetime()
  .meta({ description: 'The place is lost when nothing is heard of the player by then' });

export const startedSchema = z
  .object({
    playbackId: z.uuid(),
    manifestUrl: z.string().meta({ description: 'HLS; good as long as the playback has its place' }),
    mp4Url: z.string().nullable().meta({ description: 'One file for players without HLS' }),
    storyboardUrl: z.string().nullable().meta({ description: 'WebVTT track of thumbnails' }),
    heartbeatSeconds: z.int().meta({ description: 'How often to send a heartbeat, whatever is buffered' }),
    expiresAt,
  })
  .meta({ id: 'StartedPlayback' });

export const streamSchema = z
  .object({
    playbackId: z.uuid(),
    asset: z.object({ id: z.uuid(), filename: z.string() }),
    device: z.string().meta({ description: 'As people call it', examples: ['Firefox on Linux'] }),
    userAgent: z.string().nullable().meta({ description: 'Of the session that plays it' }),
    sessionId: z.uuid(),
    since: z.iso.datetime(),
    expiresAt,
    current: z.boolean().meta({ description: 'Whether the session that asks is the one that plays it' }),
  })
  .meta({ id: 'ActiveStream' });

export const streamListSchema = z.object({ items: z.array(streamSchema) }).meta({ id: 'ActiveStreams' });

export const heartbeatSchema = z.object({ playbackId: z.uuid(), expiresAt }).meta({ id: 'Heartbeat' });

/** PLAYBACK_LIMIT_REACHED says what stands in the way, so that the viewer can end one of them. */
export const limitProblemSchema = problemSchema.extend({ limit: z.int(), activeStreams: z.array(streamSchema) }).meta({
  id: 'PlaybackLimitProblem',
  description: 'RFC 9457 problem document with the streams that are being watched',
});

export const endStreamsQuery = z.strictObject({ sessionId: z.uuid() });

export type StartedPlayback = z.infer<typeof startedSchema>;
export type ActiveStream = z.infer<typeof streamSchema>;
export type HeartbeatView = z.infer<typeof heartbeatSchema>;

/** @param sessionId of who asks */
export const toStream = (lease: Lease, sessionId: string | null): ActiveStream => ({
  playbackId: lease.id,
  asset: { id: lease.assetId, filename: lease.about.filename },
  device: lease.about.device,
  userAgent: lease.about.userAgent,
  sessionId: lease.sessionId,
  since: lease.startedAt.toISOString(),
  expiresAt: lease.expiresAt.toISOString(),
  current: lease.sessionId === sessionId,
});
