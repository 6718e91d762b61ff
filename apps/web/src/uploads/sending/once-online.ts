/**
 * Does it once: when the browser says that the connection is back, or after so many milliseconds.
 * @returns what calls it off
 */
export function onceOnline(milliseconds: number, work: () => void): () => void {
  const stop = (): void => {
    window.removeEventListener('online', now);
    clearTimeout(timer);
  };
  const now = (): void => {
    stop();
    work();
  };
  const timer = setTimeout(now, milliseconds);
  window.addEventListener('online', now);
  return stop;
}
