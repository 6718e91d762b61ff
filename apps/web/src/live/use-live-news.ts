import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { announcePost, refreshPosts } from '../feed/queries';
import { refreshLists } from '../library/lists';
import { NOTIFICATIONS } from '../notifications/queries';
import { useSession } from '../session/use-session';
import { refreshSoon } from './refresh-soon';
import { hearNews, type News } from './events';

/** Lets what is shown follow the news: an asset that became READY is fetched again wherever it is seen. */
export function useLiveNews(): void {
  const queryClient = useQueryClient();
  const session = useSession();
  const userId = session.is === 'in' ? session.user.id : null;
  useEffect(() => {
    if (userId === null) return;
    const controller = new AbortController();
    hearNews((heard) => {
      if (heard.says === 'notification') follow(queryClient, heard.news);
      else if (heard.post.author.id === userId) void refreshPosts(queryClient);
      else announcePost(queryClient, heard.post);
    }, controller.signal);
    return () => controller.abort();
  }, [userId, queryClient]);
}

function follow(queryClient: QueryClient, { kind, payload }: News): void {
  if (kind === 'asset.ready' || kind === 'asset.failed') {
    refreshLists(queryClient, payload.assetId === undefined ? [] : [payload.assetId]);
    refreshSoon(queryClient, ['assets', 'one', payload.assetId]);
  }
  if (kind === 'follow.requested') refreshSoon(queryClient, ['people', 'requests']);
  if (kind === 'export.ready' || kind === 'export.failed') refreshSoon(queryClient, ['export']);
  refreshSoon(queryClient, NOTIFICATIONS);
}
