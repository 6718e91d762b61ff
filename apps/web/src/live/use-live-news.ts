import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { refreshLists } from '../library/lists';
import { useSession } from '../session/use-session';
import { hearNews } from './events';

/** Lets what is shown follow the news: an asset that became READY is fetched again wherever it is seen. */
export function useLiveNews(): void {
  const queryClient = useQueryClient();
  const session = useSession();
  const userId = session.is === 'in' ? session.user.id : null;
  useEffect(() => {
    if (userId === null) return;
    const controller = new AbortController();
    hearNews((news) => {
      if (news.kind === 'asset.ready' || news.kind === 'asset.failed') {
        refreshLists(queryClient);
        void queryClient.invalidateQueries({ queryKey: ['assets', 'one', news.payload.assetId] });
      }
      void queryClient.invalidateQueries({ queryKey: ['notifications'] });
    }, controller.signal);
    return () => controller.abort();
  }, [userId, queryClient]);
}
