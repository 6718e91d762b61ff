import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useBackToList } from '../library/back-to-list';
import { remove, restore } from '../library/bulk';
import { forget, giveBack, settle, take, type Taken } from '../library/lists';
import { Button, buttonClass } from '../ui/button';
import { Icon } from '../ui/icon';
import { say, sayFailed } from '../ui/toasts';
import { words } from '../words/words';
import type { Asset } from './queries';

export function AssetActions({ asset: { id, downloadUrl, deletedAt } }: { asset: Asset }) {
  const queryClient = useQueryClient();
  const router = useRouter();
  const backToList = useBackToList();
  const ids = new Set([id]);
  const isOver = (): Promise<void> => queryClient.invalidateQueries({ queryKey: ['assets', 'one', id] });
  const back = useMutation({
    mutationFn: async (taken: Taken | null) => {
      await restore(id);
      settle(queryClient, take(queryClient, 'trash', ids));
      if (taken) giveBack(queryClient, taken, ids);
      else forget(queryClient, 'library');
      say(words.library.restored(1));
      await isOver();
    },
    onError: sayFailed,
  });
  const away = useMutation({
    mutationFn: async () => {
      const { pathname } = router.state.location;
      await remove(id);
      const taken = take(queryClient, 'library', ids);
      settle(queryClient, taken);
      say(words.library.deleted(1), { label: words.common.undo, run: () => back.mutate(taken) });
      // Whoever has gone elsewhere meanwhile stays there.
      if (router.state.location.pathname === pathname) {
        if (backToList) backToList();
        else await router.navigate({ to: '/' });
      }
      await isOver();
    },
    onError: sayFailed,
  });
  return (
    <div className="row">
      <a href={downloadUrl} download className={buttonClass({})}>
        <Icon name="download" />
        {words.asset.download}
      </a>
      {deletedAt === null ? (
        <Button danger icon="trash" disabled={away.isPending} onClick={() => away.mutate()}>
          {words.common.delete}
        </Button>
      ) : (
        <Button kind="primary" icon="retry" disabled={back.isPending} onClick={() => back.mutate(null)}>
          {words.library.restore}
        </Button>
      )}
    </div>
  );
}
