import { setTimeout as delay } from 'node:timers/promises';

/** As long as anything may take on a slow and busy machine: nothing is shown by being faster. */
const PATIENCE_MS = 100_000;

/**
 * Looks again and again until what is seen `holds`; returns what was seen.
 * @throws an Error that says what was seen last when the time (milliseconds) is over
 */
export async function until<Seen>(
  look: () => Promise<Seen> | Seen,
  holds: (seen: Seen) => boolean,
  milliseconds = PATIENCE_MS,
): Promise<Seen> {
  for (const deadline = Date.now() + milliseconds; ; await delay(10)) {
    const seen = await look();
    if (holds(seen)) return seen;
    if (Date.now() > deadline) throw new Error(`not so within ${milliseconds} ms; last seen: ${describe(seen)}`);
  }
}

/** A promise that the test itself settles. */
export interface Gate {
  readonly opened: Promise<void>;
  readonly open: () => void;
}

export function gate(): Gate {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

/** Rows hold numbers that JSON does not know. */
const describe = (seen: unknown): string =>
  JSON.stringify(seen, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
