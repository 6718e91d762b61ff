const began = Date.now();

/** A line on the terminal at once: a full run takes the better part of an hour. */
export function tell(line: string): void {
  const seconds = ((Date.now() - began) / 1000).toFixed(0).padStart(5);
  process.stdout.write(`${seconds} s  ${line}\n`);
}
