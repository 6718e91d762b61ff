import { useRouterState } from '@tanstack/react-router';
import { useEffect, useState, useSyncExternalStore, type RefObject } from 'react';
import { subscribe } from './title';

/** After a link there is no new page for the browser to announce: its title is said here, and the keyboard goes on in it. */
export function Arrival({ content }: { content: RefObject<HTMLElement | null> }) {
  // Not before the page is there: until then the focus may be on what leaves with the former one.
  const pathname = useRouterState({ select: ({ resolvedLocation }) => resolvedLocation?.pathname });
  const title = useSyncExternalStore(subscribe, () => document.title);
  const [shown, setShown] = useState(pathname);
  const [hasMoved, setHasMoved] = useState(false);
  if (shown !== pathname) {
    setShown(pathname);
    setHasMoved(shown !== undefined);
  }
  useEffect(() => {
    // A field of the page may have it already.
    if (hasMoved && !content.current?.contains(document.activeElement)) content.current?.focus({ preventScroll: true });
  }, [pathname, hasMoved, content]);
  return (
    <p className="hidden-text" role="status">
      {hasMoved && title}
    </p>
  );
}
