import { Link } from '@tanstack/react-router';
import { api, ask } from '../api/client';
import { nameOf } from '../feed/person';
import type { News } from '../live/events';
import { Icon } from '../ui/icon';
import { useChange } from '../ui/use-change';
import { sayFailure } from '../words/said';
import { words } from '../words/words';
import { iconOf, placeOf } from './about';
import { NewsFrame } from './news-frame';
import { NOTIFICATIONS } from './queries';

export function NewsLine({ news }: { news: News }) {
  const { id, kind, actor, payload, createdAt, readAt } = news;
  const read = useChange(
    () => ask(api.PUT('/notifications/{id}/read', { params: { path: { id: String(id) } } })),
    NOTIFICATIONS,
  );
  const isUnread = readAt === null;
  const text = words.notifications.says[kind](actor === null ? words.feed.somebody : nameOf(actor), payload.name);
  const picture =
    actor === null ? (
      <span className="avatar">
        <Icon name={iconOf(news)} />
      </span>
    ) : (
      <img className="avatar" src={actor.avatarUrl} alt="" width={36} height={36} loading="lazy" />
    );
  return (
    <NewsFrame {...{ picture, text, isUnread, createdAt }} isPending={read.isPending} onRead={() => read.mutate()}>
      <Link {...placeOf(news)} className="news-link wrap-anywhere" onClick={() => isUnread && read.mutate()}>
        {text}
      </Link>
      {payload.reason !== undefined && (
        <div className="muted small wrap-anywhere">{sayFailure(payload.code, payload.reason)}</div>
      )}
    </NewsFrame>
  );
}
