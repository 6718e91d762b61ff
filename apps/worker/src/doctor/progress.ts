const PERIOD_MS = 5_000;

/** Says how far it is, but not more often than every few seconds: what is done by then says nothing. */
export function progress(say: (line: string) => void): (line: () => string) => void {
  let due = Date.now() + PERIOD_MS;
  return (line) => {
    if (Date.now() < due) return;
    due = Date.now() + PERIOD_MS;
    say(line());
  };
}
