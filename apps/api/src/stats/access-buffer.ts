/** Somebody was given an asset. */
export interface Access {
  /** view: its URLs were handed out. download: its original, or what was made of it, was asked for. stream: it was played. */
  action: 'view' | 'download' | 'stream';
  /** The asset's. */
  tenantId: string;
  assetId: string;
  /** null when nobody was signed in. */
  userId: string | null;
  role: string;
  /** What the client speaks: a primary subtag of BCP 47. */
  language: string | null;
  /** As deviceOf says it. */
  device: string;
  /** How often; 0 for more of what was counted before. */
  hits: number;
  bytes: number;
  milliseconds: number;
}

/** Accesses of a day that are alike in everything but their numbers. */
export interface AccessSum extends Access {
  /** As in 2026-11-21, UTC. */
  day: string;
}

/** Adds accesses up in memory, up to so many kinds of them; further kinds are dropped and counted. */
export class AccessBuffer {
  private sums = new Map<string, AccessSum>();
  private droppedHits = 0;

  constructor(private readonly limit: number) {}

  get size(): number {
    return this.sums.size;
  }

  add(access: Access, at: Date = new Date()): void {
    const { action, tenantId, assetId, userId, role, language, device, hits, bytes, milliseconds } = access;
    const day = at.toISOString().slice(0, 10);
    const key = JSON.stringify([day, action, tenantId, assetId, userId, role, language, device]);
    const sum = this.sums.get(key);
    if (sum) {
      sum.hits += hits;
      sum.bytes += bytes;
      sum.milliseconds += milliseconds;
    } else if (this.sums.size < this.limit) this.sums.set(key, { ...access, day });
    else this.droppedHits += hits;
  }

  /** Empties the buffer. */
  take(): { sums: AccessSum[]; dropped: number } {
    const taken = { sums: [...this.sums.values()], dropped: this.droppedHits };
    this.sums = new Map();
    this.droppedHits = 0;
    return taken;
  }
}
