import type { User } from '../api/session';
import type { IconName } from '../ui/icon';
import { words } from '../words/words';

export interface Page {
  to:
    | '/'
    | '/trash'
    | '/feed'
    | '/account'
    | '/admin'
    | '/admin/jobs'
    | '/admin/tenants'
    | '/admin/audit'
    | '/admin/system';
  icon: IconName;
  label: string;
}

/** What everybody has. */
export const PAGES: readonly Page[] = [
  { to: '/', icon: 'library', label: words.nav.library },
  { to: '/feed', icon: 'feed', label: words.nav.feed },
  { to: '/trash', icon: 'trash', label: words.nav.trash },
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
