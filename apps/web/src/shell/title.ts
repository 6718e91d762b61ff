import { useEffect } from 'react';
import { words } from '../words/words';

/** What the route is called, and what the page itself says, which goes first: the name of what it shows. */
const names: { route?: string; page?: string } = {};
const listeners = new Set<() => void>();

function show(): void {
  const name = names.page ?? names.route;
  document.title = name === undefined ? words.product : `${name} · ${words.product}`;
  for (const listener of listeners) listener();
}

export const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

export function useRouteTitle(name: string | undefined): void {
  useEffect(() => {
    names.route = name;
    show();
  }, [name]);
}

/** For pages that are named after what they show. */
export function usePageTitle(name: string | undefined): void {
  useEffect(() => {
    names.page = name;
    show();
    return () => {
      names.page = undefined;
      show();
    };
  }, [name]);
}
