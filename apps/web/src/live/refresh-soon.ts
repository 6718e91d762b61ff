import { hashKey, type QueryClient, type QueryKey } from '@tanstack/react-query';

/** Milliseconds: hundreds of files become ready in as many, and one look sees them all. */
const GATHER_MS = 1_000;

const waiting = new Map<string, QueryKey>();

/** Has what is shown looked at again, once for news that come together; in a tab that nobody sees, when somebody does. */
export function refreshSoon(queryClient: QueryClient, queryKey: QueryKey): void {
  if (waiting.size === 0)
    setTimeout(() => {
      const keys = [...waiting.values()];
      waiting.clear();
      const refetchType = document.hidden ? 'none' : 'active';
      for (const key of keys) void queryClient.invalidateQueries({ queryKey: key, refetchType });
    }, GATHER_MS);
  waiting.set(hashKey(queryKey), queryKey);
}
