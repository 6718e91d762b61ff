import { createRootRoute, createRoute, createRouter, redirect } from '@tanstack/react-router';
import { accessToken, current } from './api/session';
import { readAuditFilters, readJobFilters } from './admin/filters';
import { readFilters } from './library/filters';
import { page } from './load-page';
import { Register } from './session/register';
import { SignIn } from './session/sign-in';
import { AdminFrame } from './shell/admin-frame';
import { Crashed, NotFound } from './shell/lost';
import { Root } from './shell/root';
import { Shell } from './shell/shell';
import { words } from './words/words';

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
const root = createRootRoute({ component: Root, errorComponent: Crashed, notFoundComponent: NotFound });

/** Pages of this console only: an address that came in a link must lead nowhere else. */
const ownPath = (value: unknown): string | undefined => {
  const path = text(value);
  // To browsers a backslash is a slash.
  return path !== undefined && /^\/(?![/\\])/.test(path) ? path : undefined;
};

const login = createRoute({
  getParentRoute: () => root,
  path: '/login',
  staticData: { title: words.session.signIn },
  validateSearch: (search: Record<string, unknown>): { next?: string } => ({ next: ownPath(search.next) }),
  component: SignIn,
});

const register = createRoute({
  getParentRoute: () => root,
  path: '/register',
  staticData: { title: words.session.register },
  validateSearch: (search: Record<string, unknown>): { invitation?: string } => ({
    invitation: text(search.invitation),
  }),
  component: Register,
});

const inside = createRoute({
  getParentRoute: () => root,
  id: 'inside',
  beforeLoad: async ({ location }) => {
    if ((await accessToken().catch(stayIfKnown)) !== null) return;
    const next = location.href === '/' ? undefined : location.href;
    redirect({ to: '/login', search: { next }, throw: true });
  },
  component: Shell,
});

/** Without a connection, who is signed in goes on with what is there. */
function stayIfKnown(error: unknown): string | null {
  const session = current();
  if (session.is === 'in') return session.token;
  throw error;
}

const library = createRoute({
  getParentRoute: () => inside,
  path: '/',
  staticData: { title: words.nav.library },
  validateSearch: readFilters,
  component: page(() => import('./library/library-page'), 'LibraryPage'),
});

const trash = createRoute({
  getParentRoute: () => inside,
  path: '/trash',
  staticData: { title: words.nav.trash },
  component: page(() => import('./library/trash-page'), 'TrashPage'),
});

const asset = createRoute({
  getParentRoute: () => inside,
  path: '/assets/$id',
  component: page(() => import('./asset/asset-page'), 'AssetPage'),
});

const account = createRoute({
  getParentRoute: () => inside,
  path: '/account',
  staticData: { title: words.nav.account },
  component: page(() => import('./account/account-page'), 'AccountPage'),
});

const feed = createRoute({
  getParentRoute: () => inside,
  path: '/feed',
  staticData: { title: words.nav.feed },
  validateSearch: (search: Record<string, unknown>): { q?: string } => ({ q: text(search.q) }),
  component: page(() => import('./feed/feed-page'), 'FeedPage'),
});

const person = createRoute({
  getParentRoute: () => inside,
  path: '/people/$username',
  component: page(() => import('./feed/profile-page'), 'ProfilePage'),
});

const post = createRoute({
  getParentRoute: () => inside,
  path: '/posts/$id',
  staticData: { title: words.feed.one },
  component: page(() => import('./feed/post-page'), 'PostPage'),
});

const people = createRoute({
  getParentRoute: () => inside,
  path: '/people',
  staticData: { title: words.nav.people },
  component: page(() => import('./people/people-page'), 'PeoplePage'),
});

const notifications = createRoute({
  getParentRoute: () => inside,
  path: '/notifications',
  staticData: { title: words.nav.notifications },
  component: page(() => import('./notifications/notifications-page'), 'NotificationsPage'),
});

const team = createRoute({
  getParentRoute: () => inside,
  path: '/team',
  staticData: { title: words.nav.team },
  component: page(() => import('./team/team-page'), 'TeamPage'),
});

const keys = createRoute({
  getParentRoute: () => inside,
  path: '/keys',
  staticData: { title: words.nav.keys },
  component: page(() => import('./keys/keys-page'), 'KeysPage'),
});

const adminRoot = createRoute({ getParentRoute: () => inside, path: '/admin', component: AdminFrame });

const queues = createRoute({
  getParentRoute: () => adminRoot,
  path: '/',
  staticData: { title: words.nav.queues },
  component: page(() => import('./admin/queues-page'), 'QueuesPage'),
});

const jobs = createRoute({
  getParentRoute: () => adminRoot,
  path: '/jobs',
  staticData: { title: words.nav.jobs },
  validateSearch: readJobFilters,
  component: page(() => import('./admin/jobs-page'), 'JobsPage'),
});

const job = createRoute({
  getParentRoute: () => adminRoot,
  path: '/jobs/$id',
  component: page(() => import('./admin/job-page'), 'JobPage'),
});

const tenants = createRoute({
  getParentRoute: () => adminRoot,
  path: '/tenants',
  staticData: { title: words.nav.tenants },
  component: page(() => import('./admin/tenants-page'), 'TenantsPage'),
});

const audit = createRoute({
  getParentRoute: () => adminRoot,
  path: '/audit',
  staticData: { title: words.nav.audit },
  validateSearch: readAuditFilters,
  component: page(() => import('./admin/audit-page'), 'AuditPage'),
});

const system = createRoute({
  getParentRoute: () => adminRoot,
  path: '/system',
  staticData: { title: words.nav.system },
  component: page(() => import('./admin/system-page'), 'SystemPage'),
});

const routes = root.addChildren([
  login,
  register,
  inside.addChildren([
    library,
    trash,
    asset,
    feed,
    person,
    post,
    people,
    notifications,
    team,
    keys,
    account,
    adminRoot.addChildren([queues, jobs, job, tenants, audit, system]),
  ]),
]);

export const router = createRouter({
  routeTree: routes,
  basepath: '/app',
  defaultPreload: 'intent',
  defaultErrorComponent: Crashed,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
  interface HistoryState {
    /** The page before this one is the list it was opened from. */
    fromList?: boolean;
  }
}
