/** Where some wait until they are let through, all at once. */
export class Turnstile {
  private waiting: (() => void)[] = [];

  readonly wait = (): Promise<void> => new Promise((resolve) => this.waiting.push(resolve));

  readonly letThrough = (): void => {
    const waiting = this.waiting;
    this.waiting = [];
    for (const go of waiting) go();
  };
}
