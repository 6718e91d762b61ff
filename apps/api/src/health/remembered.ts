/**
 * Looks again only when what was seen last is older than `milliseconds`; whoever asks meanwhile, or while it is being
 * looked for, gets the same answer. A look that fails is not remembered.
 */
export function remembered<Seen>(milliseconds: number, look: () => Promise<Seen>): () => Promise<Seen> {
  let latest: Promise<Seen> | undefined;
  let staleAt = Infinity;
  return () => {
    if (latest && performance.now() < staleAt) return latest;
    staleAt = Infinity;
    latest = look();
    latest.then(
      () => (staleAt = performance.now() + milliseconds),
      () => (latest = undefined),
    );
    return latest;
  };
}
