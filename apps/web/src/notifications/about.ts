import { linkOptions } from '@tanstack/react-router';
import { addressOf } from '../feed/person';
import type { News } from '../live/events';
import type { IconName } from '../ui/icon';

const ICONS: Record<News['kind'], IconName> = {
  'asset.ready': 'check',
  'asset.failed': 'warning',
  'export.ready': 'download',
  'export.failed': 'warning',
  followed: 'user',
  'follow.requested': 'user',
  'follow.accepted': 'user',
  'email.changed': 'lock',
  'password.changed': 'lock',
  mentioned: 'feed',
  liked: 'heart',
};

export const iconOf = ({ kind }: News): IconName => ICONS[kind];

/** The page of what a notification is about. */
export function placeOf({ kind, actor, payload: { assetId, postId } }: News) {
  if (assetId !== undefined) return linkOptions({ to: '/assets/$id', params: { id: assetId } });
  if (postId !== undefined) return linkOptions({ to: '/posts/$id', params: { id: postId } });
  if (kind === 'follow.requested') return linkOptions({ to: '/people' });
  if (actor !== null) return linkOptions({ to: '/people/$username', params: addressOf(actor) });
  return linkOptions({ to: '/account' });
}
