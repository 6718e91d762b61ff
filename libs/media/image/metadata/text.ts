/** Longest text that is kept, in characters. */
const TEXT_LIMIT = 250;

/** As PostgreSQL's jsonb takes it: no NUL, no lone surrogate; without control characters; never empty. */
export function cleanText(raw: string, limit = TEXT_LIMIT): string | undefined {
  const clean = (raw.split('\0', 1)[0] ?? '').replaceAll(/\p{Cc}/gu, ' ').trim();
  return clean.slice(0, limit).toWellFormed().trim() || undefined;
}

/** Without what is undefined; undefined when nothing is left. */
export function compact<T extends object>(value: T): T | undefined {
  const entries = Object.entries(value).filter(([, part]) => part !== undefined);
  return entries.length === 0 ? undefined : (Object.fromEntries(entries) as T);
}
