import type { User } from '../api/session';
import type { IconName } from '../ui/icon';
import { words } from '../words/words';

export interface Page {
  to:
    | '/'
    | '/trash'
    | '/feed'
    | '/notifications'
    | '/team'
    | '/keys'
    | '/account'
    | '/admin'
    | '/admin/jobs'
    | '/admin/tenants'
    | '/admin/audit'
    | '/admin/system';
  icon: IconName;
  label: string;
}

const NOTIFICATIONS: Page = { to: '/notifications', icon: 'bell', label: words.nav.notifications };

/** What everybody has. */
const DAILY: readonly Page[] = [
  { to: '/', icon: 'library', label: words.nav.library },
  { to: '/feed', icon: 'feed', label: words.nav.feed },
];
const TRASH: Page = { to: '/trash', icon: 'trash', label: words.nav.trash };

/** What is set up once: on a phone, where there is no sidebar, the account leads to it. */
export const SELDOM_PAGES: readonly Page[] = [
  { to: '/team', icon: 'team', label: words.nav.team },
  { to: '/keys', icon: 'key', label: words.nav.keys },
];

export const PAGES: readonly Page[] = [...DAILY, NOTIFICATIONS, TRASH, ...SELDOM_PAGES];
export const PHONE_PAGES: readonly Page[] = [
  ...DAILY,
  { ...NOTIFICATIONS, label: words.nav.notificationsShort },
  TRASH,
];

/** What those who run the installation have besides. */
export const ADMIN_PAGES: readonly Page[] = [
  { to: '/admin', icon: 'queue', label: words.nav.queues },
  { to: '/admin/jobs', icon: 'job', label: words.nav.jobs },
  { to: '/admin/tenants', icon: 'tenants', label: words.nav.tenants },
  { to: '/admin/audit', icon: 'audit', label: words.nav.audit },
  { to: '/admin/system', icon: 'system', label: words.nav.system },
];

export const ACCOUNT_PAGE: Page = { to: '/account', icon: 'user', label: words.nav.account };

export const isAdmin = (user: User): boolean => user.role === 'ADMIN';
