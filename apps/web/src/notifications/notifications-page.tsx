import { useState } from 'react';
import { api, ask } from '../api/client';
import { Button } from '../ui/button';
import { Pages, usePages } from '../ui/pages';
import { Segments } from '../ui/segments';
import { Empty } from '../ui/state';
import { useChange } from '../ui/use-change';
import { words } from '../words/words';
import { NewsLine } from './news-line';
import { NOTIFICATIONS } from './queries';
import { ReadyLine } from './ready-line';
import { inRuns } from './runs';

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
              {inRuns(items).map(([news, ...others]) =>
                others.length === 0 ? (
                  <NewsLine key={news.id} news={news} />
                ) : (
                  <ReadyLine key={news.id} run={[news, ...others]} />
                ),
              )}
            </ul>
          )}
        </Pages>
      </section>
    </div>
  );
}
