import { browserStorage } from '../../api/browser-storage';

/** From here on a file goes in parts: what has arrived of a smaller one is soon there again. */
const IN_PARTS_FROM = 16 * 1024 * 1024;
const KEY = 'media-inbox.uploads';

/** An upload in parts that was begun and not ended. */
export interface Remembered {
  uploadId: string;
  name: string;
  folder: string;
  size: number;
}

type Identity = Pick<File, 'name' | 'size' | 'lastModified'>;

export const isInParts = ({ size }: Pick<File, 'size'>): boolean => size > IN_PARTS_FROM;

/** What makes a file that is chosen again the same one: a page is told no more of it. */
export const fingerprintOf = ({ name, size, lastModified }: Identity): string =>
  JSON.stringify([name, size, lastModified]);

export const recall = (fingerprint: string): Remembered | undefined => recallAll().get(fingerprint);

function recallAll(): Map<string, Remembered> {
  try {
    const kept = JSON.parse(browserStorage.getItem(KEY) ?? '[]') as [string, Remembered][];
    return new Map(kept);
  } catch {
    // Written by another version, or by somebody else.
    return new Map();
  }
}

export const remember = (fingerprint: string, upload: Remembered): void => keep(recallAll().set(fingerprint, upload));

export function forget(fingerprint: string): void {
  const all = recallAll();
  if (all.delete(fingerprint)) keep(all);
}

const lockOf = (fingerprint: string): string => `${KEY}:${fingerprint}`;

/** One tab at a time sends a file; browsers without locks go without. */
export const alone = <T>(fingerprint: string, signal: AbortSignal, work: (of: string) => Promise<T>): Promise<T> =>
  'locks' in navigator
    ? navigator.locks.request(lockOf(fingerprint), { signal }, () => work(fingerprint))
    : work(fingerprint);

/** Those that no tab is sending. */
export async function leftBehind(): Promise<Map<string, Remembered>> {
  const all = recallAll();
  const { held = [] } = 'locks' in navigator ? await navigator.locks.query() : {};
  for (const fingerprint of all.keys())
    if (held.some(({ name }) => name === lockOf(fingerprint))) all.delete(fingerprint);
  return all;
}

const keep = (all: Map<string, Remembered>): void => browserStorage.setItem(KEY, JSON.stringify([...all]));
