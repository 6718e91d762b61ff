import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, ask } from '../api/client';
import { nameOf } from '../feed/person';
import type { News } from '../live/events';
import { Button, IconButton } from '../ui/button';
import { Icon } from '../ui/icon';
import { Pages, usePages } from '../ui/pages';
import { Segments } from '../ui/segments';
import { Empty } from '../ui/state';
import { useChange } from '../ui/use-change';
import { ago, when } from '../words/format';
import { words } from '../words/words';
import { iconOf, placeOf } from './about';
import { NOTIFICATIONS } from './queries';

type Shown = 'all' | 'unread';

/** What the account was told, newest first; what comes meanwhile is there by itself. */
export function NotificationsPage() {
  const [shown, setShown] = useState<Shown>('all');
  const query = usePages([...NOTIFICATIONS, 'list', shown], (cursor) =>
    ask(api.GET('/notifications', { params: { query: { cursor, ...(shown === 'unread' && { unread: 'true' }) } } })),
  );
  const newest = query.data?.pages[0]?.items[0]?.id;
  const readAll = useChange((upTo: number) => ask(api.PUT('/notifications/read', { body: { upTo } })), NOTIFICATIONS);
  return (
    <div className="page narrow stack">
      <div className="page-head">
        <h1 className="title">{words.nav.notifications}</h1>
        <div className="row wrap">
          <Segments
            label={words.notifications.show}
            value={shown}
            onChange={setShown}
            options={[
              ['all', words.common.all],
              ['unread', words.notifications.unread],
            ]}
          />
          <Button
            small
            icon="check"
            disabled={newest === undefined || readAll.isPending}
            onClick={() => newest !== undefined && readAll.mutate(newest)}
          >
            {words.notifications.readAll}
          </Button>
        </div>
      </div>
      <section className="card" aria-label={words.nav.notifications}>
        <Pages
          query={query}
          empty={
            <Empty icon="bell" title={words.notifications.none}>
              {words.notifications.noneHint}
            </Empty>
          }
        >
          {(items) => (
            <ul className="lines news-list">
              {items.map((news) => (
                <NewsLine key={news.id} news={news} />
              ))}
            </ul>
          )}
        </Pages>
      </section>
    </div>
  );
}

function NewsLine({ news }: { news: News }) {
  const { id, kind, actor, payload, createdAt, readAt } = news;
  const read = useChange(
    () => ask(api.PUT('/notifications/{id}/read', { params: { path: { id: String(id) } } })),
    NOTIFICATIONS,
  );
  const isUnread = readAt === null;
  const text = words.notifications.says[kind](actor === null ? words.feed.somebody : nameOf(actor));
  return (
    <li data-unread={isUnread}>
      {actor === null ? (
        <span className="avatar">
          <Icon name={iconOf(news)} />
        </span>
      ) : (
        <img className="avatar" src={actor.avatarUrl} alt="" width={36} height={36} loading="lazy" />
      )}
      <div className="grow">
        <Link {...placeOf(news)} className="news-link" onClick={() => isUnread && read.mutate()}>
          {text}
        </Link>
        {payload.reason !== undefined && <div className="muted small wrap-anywhere">{payload.reason}</div>}
        <time className="muted small" dateTime={createdAt} title={when(createdAt)}>
          {ago(createdAt)}
        </time>
      </div>
      {isUnread && (
        <IconButton
          small
          icon="check"
          label={words.notifications.read(text)}
          disabled={read.isPending}
          onClick={() => read.mutate()}
        />
      )}
    </li>
  );
}
