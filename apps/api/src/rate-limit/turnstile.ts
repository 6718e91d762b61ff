import { createHash } from 'node:crypto';

/** What a credential may ask for at once when it has been quiet. */
const BURST = 200;
/** Credentials that are remembered; one that is forgotten begins anew, as if it had been quiet. */
const REMEMBERED = 10_000;

export interface TurnstileOptions {
  /** Requests of one credential in a minute, in the long run. */
  perMinute: number;
  /** Milliseconds, of a clock that is never set. */
  now?: () => number;
}

/** Why a request is not let in. */
export interface Closed {
  /** Which limit is used up: that of the moment, or the one that all processes count together. */
  policy: 'burst' | 'default';
  /** Seconds until asking again makes sense; at least 1. */
  seconds: number;
}

/**
 * Lets the requests of one credential in at an even pace, in this process, before anything is asked of the database:
 * somebody who sends more than that costs the others nothing. The generic cell rate algorithm (ITU-T I.371): of each
 * credential only one number is kept, when its next request would be due at the even pace.
 */
export class Turnstile {
  /** Requests at once, and seconds after which as many are allowed again. */
  readonly burst: { requests: number; seconds: number };
  private readonly paceMs: number;
  private readonly toleranceMs: number;
  private readonly now: () => number;
  private readonly due = new Map<string, number>();
  /** Until when, for those whose limit is used up. */
  private readonly shut = new Map<string, number>();

  constructor({ perMinute, now = () => performance.now() }: TurnstileOptions) {
    // As long as the pace of an even half minute allows more, more may come at once.
    const requests = Math.min(perMinute, Math.max(BURST, Math.round(perMinute / 30)));
    this.paceMs = 60_000 / perMinute;
    this.toleranceMs = (requests - 1) * this.paceMs;
    this.burst = { requests, seconds: Math.ceil((requests * this.paceMs) / 1000) };
    this.now = now;
  }

  /** Null: come in. */
  ask(credential: string): Closed | null {
    const now = this.now();
    const key = digest(credential);
    const shutFor = (this.shut.get(key) ?? 0) - now;
    if (shutFor > 0) return { policy: 'default', seconds: Math.ceil(shutFor / 1000) };
    this.shut.delete(key);
    const due = Math.max(now, this.due.get(key) ?? 0);
    const earlyFor = due - this.toleranceMs - now;
    if (earlyFor > 0) return { policy: 'burst', seconds: Math.ceil(earlyFor / 1000) };
    remember(this.due, key, due + this.paceMs);
    return null;
  }

  /** The limit that all processes count together is used up. */
  close(credential: string, seconds: number): void {
    remember(this.shut, digest(credential), this.now() + seconds * 1000);
  }
}

/** Ten thousand headers as they come, of up to 16 kB each, would be much to remember. */
const digest = (credential: string): string => createHash('sha256').update(credential).digest('base64');

/** Last used, last forgotten. */
function remember(map: Map<string, number>, key: string, value: number): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= REMEMBERED) return;
  const [oldest] = map.keys();
  if (oldest !== undefined) map.delete(oldest);
}
