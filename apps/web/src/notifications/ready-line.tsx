import { Link } from '@tanstack/react-router';
import { api, ask } from '../api/client';
import type { News } from '../live/events';
import { Icon } from '../ui/icon';
import { useChange } from '../ui/use-change';
import { words } from '../words/words';
import { iconOf, placeOf } from './about';
import { NewsFrame } from './news-frame';
import { NOTIFICATIONS } from './queries';

/** Of those that are named. */
const NAMED = 3;

/** Files that became ready one after the other. */
export function ReadyLine({ run }: { run: [News, ...News[]] }) {
  const [newest] = run;
  const read = useChange(
    () =>
      Promise.all(
        run.map(({ id }) => ask(api.PUT('/notifications/{id}/read', { params: { path: { id: String(id) } } }))),
      ),
    NOTIFICATIONS,
  );
  const isUnread = newest.readAt === null;
  const follow = (): void => {
    if (isUnread) read.mutate();
  };
  const text = words.notifications.filesReady(run.length);
  const named = run.filter(({ payload }) => payload.name !== undefined).slice(0, NAMED);
  return (
    <NewsFrame
      {...{ text, isUnread }}
      createdAt={newest.createdAt}
      picture={
        <span className="avatar">
          <Icon name={iconOf(newest)} />
        </span>
      }
      isPending={read.isPending}
      onRead={() => read.mutate()}
    >
      <Link to="/" className="news-link" onClick={follow}>
        {text}
      </Link>
      {named.length > 0 && (
        <div className="row wrap small">
          {named.map((news) => (
            <Link key={news.id} {...placeOf(news)} className="wrap-anywhere" onClick={follow}>
              {news.payload.name}
            </Link>
          ))}
          {run.length > named.length && (
            <span className="muted">{words.notifications.andMore(run.length - named.length)}</span>
          )}
        </div>
      )}
    </NewsFrame>
  );
}
