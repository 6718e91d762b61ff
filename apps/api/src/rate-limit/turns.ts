interface Line {
  inside: number;
  waiting: (() => void)[];
}

/**
 * Lets so many of each credential in at a time; more wait, first come, first served. The database's connections are
 * few: somebody who asks for sixty things at once would take them all, and others would wait behind.
 */
export class Turns {
  private readonly lines = new Map<string, Line>();

  constructor(private readonly atATime: number) {}

  /** Calls `go` at once, or when it is its turn; who was let in says `leave` once. */
  enter(credential: string, go: () => void): void {
    const line = this.lines.get(credential) ?? { inside: 0, waiting: [] };
    this.lines.set(credential, line);
    if (line.inside >= this.atATime) return void line.waiting.push(go);
    line.inside += 1;
    go();
  }

  leave(credential: string): void {
    const line = this.lines.get(credential);
    if (!line) return;
    const next = line.waiting.shift();
    if (next) return next();
    line.inside -= 1;
    if (line.inside === 0) this.lines.delete(credential);
  }
}
