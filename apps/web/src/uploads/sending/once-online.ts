/** Does it once: when the browser says that the connection is back, or after so many milliseconds. */
export function onceOnline(milliseconds: number, work: () => void): void {
  const now = (): void => {
    window.removeEventListener('online', now);
    clearTimeout(timer);
    work();
  };
  const timer = setTimeout(now, milliseconds);
  window.addEventListener('online', now);
}
