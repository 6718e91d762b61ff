import { useQuery } from '@tanstack/react-query';
import { count } from '../words/format';
import { words } from '../words/words';
import { unreadQuery } from './queries';

const MOST = 99;

/** How many are unread, where there is little room; nothing where there are none. */
export function Unread() {
  const { data = 0 } = useQuery(unreadQuery);
  if (data === 0) return null;
  return (
    <span className="count">
      <span aria-hidden="true">{data > MOST ? `${MOST}+` : count(data)}</span>
      <span className="hidden-text">{words.notifications.unreadCount(data)}</span>
    </span>
  );
}
