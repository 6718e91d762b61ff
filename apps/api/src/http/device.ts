import Bowser from 'bowser';

const BROWSERS: ReadonlySet<string> = new Set(Object.values(Bowser.BROWSER_MAP));
const SYSTEMS: ReadonlySet<string> = new Set(Object.values(Bowser.OS_MAP));

/** What nobody could tell. */
export const OTHER_DEVICE = 'other';

/**
 * A device as people call it, "Firefox on Linux", from a User-Agent header. Only names that are known: the header is
 * the client's to invent, and what is made of it is counted by.
 */
export function deviceOf(userAgent: string | null): string {
  if (!userAgent) return OTHER_DEVICE;
  const { browser, os } = Bowser.parse(userAgent);
  const names = [known(browser.name, BROWSERS), known(os.name, SYSTEMS)].filter((name) => name !== null);
  return names.join(' on ') || OTHER_DEVICE;
}

const known = (name: string | undefined, names: ReadonlySet<string>): string | null =>
  name !== undefined && names.has(name) ? name : null;
