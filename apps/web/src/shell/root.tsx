import { Outlet, useMatches } from '@tanstack/react-router';
import { useRouteTitle } from './title';

declare module '@tanstack/react-router' {
  interface StaticDataRouteOption {
    /** Of the page, in the browser's tab; left out where the page is named after what it shows. */
    title?: string;
  }
}

export function Root() {
  useRouteTitle(useMatches({ select: (matches) => matches.at(-1)?.staticData.title }));
  return <Outlet />;
}
