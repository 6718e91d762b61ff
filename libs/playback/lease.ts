import { z } from 'zod';

/** Who watches what, and on what: kept with the lease, so that a sign of life needs to ask nobody else. */
export const aboutSchema = z.object({
  filename: z.string(),
  /** For people: Firefox on Linux. */
  device: z.string(),
  userAgent: z.string().nullable(),
  role: z.string(),
  /** What the viewer's client speaks, as in BCP 47's primary subtag: en. */
  language: z.string().nullable(),
});

export type About = z.infer<typeof aboutSchema>;

/** A place that is asked for. */
export interface LeaseRequest {
  /** The playback's id. */
  id: string;
  userId: string;
  sessionId: string;
  tenantId: string;
  assetId: string;
  about: About;
}

/** A place among the streams that an account may watch at once, taken until `expiresAt` by the store's clock. */
export interface Lease extends LeaseRequest {
  startedAt: Date;
  expiresAt: Date;
}

/** A lease after a sign of life, which came `gainedMs` after the one before it. */
export interface Beat extends Lease {
  gainedMs: number;
}

/** Either a place, or those that are in the way, the oldest first. */
export type Admission = { admitted: true; lease: Lease } | { admitted: false; active: Lease[] };
