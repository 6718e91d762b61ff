type BrowserStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** What the browser keeps for us; where it is told to keep nothing, as long as the page is open. */
export const browserStorage = open();

function open(): BrowserStorage {
  try {
    return window.localStorage;
  } catch {
    // Its owner has blocked it.
    const kept = new Map<string, string>();
    return {
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, value) => void kept.set(key, value),
      removeItem: (key) => void kept.delete(key),
    };
  }
}
