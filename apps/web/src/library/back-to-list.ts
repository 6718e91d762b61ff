import { useLocation, useRouter } from '@tanstack/react-router';
import type { MouseEvent } from 'react';

/** Back to the list that somebody came from, as they left it: narrowed, sorted, and as far down. Null for who did not. */
export function useBackToList(): (() => void) | null {
  const router = useRouter();
  const isFromList = useLocation({ select: ({ state }) => state.fromList === true });
  return isFromList ? () => router.history.back() : null;
}

/** For a link whose address is the list from its beginning. */
export const insteadOfLink = (back: (() => void) | null) => (event: MouseEvent) => {
  if (!back || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  back();
};
