import type { Admission, Beat, Lease, LeaseRequest } from './lease.js';

/**
 * Who watches at the moment. Each call is one round trip and takes effect at once for all processes; times are those of
 * the store, so that no two clocks have to agree. A lease that nobody renews for the silence that the store was made
 * with is over: it counts no longer, and nothing revives it.
 *
 * Every method throws LeasesUnavailableError, or an error that isDatabaseUnavailable knows, when the store is away.
 */
export interface LeaseStore {
  /** A place, if the account has fewer than `limit`: never one too many, however many ask at once. */
  take(request: LeaseRequest, limit: number): Promise<Admission>;
  /** Renews a lease; null when there is none, or none any longer. */
  beat(userId: string, id: string): Promise<Beat | null>;
  /** Gives a place back; null when it was not taken. */
  end(userId: string, id: string): Promise<Beat | null>;
  /** Gives back all places of a session, or of the whole account. */
  endAll(userId: string, sessionId?: string): Promise<Beat[]>;
  /** The account's leases, the oldest first. */
  list(userId: string): Promise<Lease[]>;
  /** Removes what has been over for a while, some thousands at most; returns how many. */
  sweep(): Promise<number>;
  close(): void;
}

/** Transient: nobody can be let in, and nobody can be told to leave, until the store is back. */
export class LeasesUnavailableError extends Error {
  override readonly name = 'LeasesUnavailableError';
}
