import { queryOptions } from '@tanstack/react-query';
import { api, ask } from '../api/client';

/** Everything of this key is looked at again when the account is told something. */
export const NOTIFICATIONS = ['notifications'] as const;

/** How many the account has not read. */
export const unreadQuery = queryOptions({
  queryKey: [...NOTIFICATIONS, 'unread'],
  queryFn: async () => (await ask(api.GET('/notifications', { params: { query: { limit: 1 } } }))).unread,
});
