interface Line {
  inside: number;
  waiting: (() => void)[];
  /** Somebody is letting those in who wait. */
  moving: boolean;
}

/** Who came last, and when. */
interface Seen {
  credential: string;
  at: number;
}

export interface TurnsOptions {
  /** Of one credential at a time, while nobody else asks. */
  alone: number;
  /** Of one credential at a time, while others ask as well. */
  beside: number;
  /** Milliseconds, of a clock that is never set. */
  now?: () => number;
}

/** For so many milliseconds after their last request others count as there: people pause between two clicks. */
const COMPANY_MS = 1_000;

/**
 * Lets so many of each credential in at a time; more wait, first come, first served. The database's connections and
 * the processor's time are few: somebody who asks for sixty things at once would take them all, and others would wait
 * behind.
 */
export class Turns {
  private readonly lines = new Map<string, Line>();
  private latest: Seen = { credential: '', at: -Infinity };
  private latestOther: Seen = this.latest;
  private readonly now: () => number;

  constructor(private readonly options: TurnsOptions) {
    this.now = options.now ?? (() => performance.now());
  }

  /** Calls `go` at once, or when it is its turn; who was let in says `leave` once. */
  enter(credential: string, go: () => void): void {
    if (this.latest.credential !== credential) this.latestOther = this.latest;
    this.latest = { credential, at: this.now() };
    const line = this.lines.get(credential) ?? { inside: 0, waiting: [], moving: false };
    this.lines.set(credential, line);
    line.waiting.push(go);
    this.letIn(credential, line);
  }

  leave(credential: string): void {
    const line = this.lines.get(credential);
    if (!line) return;
    line.inside -= 1;
    this.letIn(credential, line);
  }

  /**
   * In one loop, however many are let in only to leave at once: thousands whose clients have gone would be as many calls
   * within each other, more than the stack has room for.
   */
  private letIn(credential: string, line: Line): void {
    if (line.moving) return;
    line.moving = true;
    const most = this.isAlone(credential) ? this.options.alone : this.options.beside;
    try {
      while (line.inside < most) {
        const next = line.waiting.shift();
        if (!next) break;
        line.inside += 1;
        next();
      }
    } finally {
      line.moving = false;
    }
    if (line.inside === 0) this.lines.delete(credential);
  }

  private isAlone(credential: string): boolean {
    const other = this.latest.credential === credential ? this.latestOther : this.latest;
    return this.now() - other.at > COMPANY_MS;
  }
}
