/** Who has room: any object, by its identity. */
export type Ticket = object;

/**
 * Shares room in memory out to those who decode at the same time: small decodes side by side, a large one by itself.
 * First come, first served, so that a large one is not passed by for ever.
 */
export class Admission {
  private readonly granted = new Map<Ticket, number>();
  private waiting: Array<{ ticket: Ticket; bytes: number; grant: () => void }> = [];

  /**
   * @param room bytes that may be granted together; more than that is granted to one at a time
   * @param onLarge told before a large decode begins, to make all the room that can be made
   */
  constructor(
    private readonly room: number,
    private readonly onLarge: () => void,
  ) {}

  /** Enters only if that means no waiting; what the ticket has already, which may be all, it need not wait for. */
  tryEnter(ticket: Ticket, bytes: number): boolean {
    const has = this.granted.get(ticket) ?? -1;
    if (has >= bytes || has > this.room) return true;
    const isFree = this.waiting.length === 0 && this.hasRoom(ticket, bytes);
    if (isFree) void this.enter(ticket, bytes);
    return isFree;
  }

  /** Settles when there is room, or the ticket has left. Who waits has nothing: others may be waiting for that. */
  enter(ticket: Ticket, bytes: number): Promise<void> {
    this.granted.delete(ticket);
    return new Promise((grant) => {
      this.waiting.push({ ticket, bytes, grant });
      this.grantNext();
    });
  }

  /** Gives back all that the ticket has, and its place in the row. */
  leave(ticket: Ticket): void {
    this.granted.delete(ticket);
    this.end((one) => one.ticket === ticket);
    this.grantNext();
  }

  /** Ends all waiting. */
  close(): void {
    this.end(() => true);
  }

  private end(isOver: (one: { ticket: Ticket }) => boolean): void {
    const over = this.waiting.filter(isOver);
    this.waiting = this.waiting.filter((one) => !isOver(one));
    for (const { grant } of over) grant();
  }

  /** What the ticket has already does not count. */
  private hasRoom(ticket: Ticket, bytes: number): boolean {
    const taken = [...this.granted].reduce((sum, [one, its]) => sum + (one === ticket ? 0 : its), 0);
    return taken === 0 || taken + bytes <= this.room;
  }

  private grantNext(): void {
    for (let next = this.waiting[0]; next; next = this.waiting[0]) {
      if (!this.hasRoom(next.ticket, next.bytes)) return;
      this.waiting.shift();
      this.granted.set(next.ticket, next.bytes);
      if (next.bytes > this.room) this.onLarge();
      next.grant();
    }
  }
}
