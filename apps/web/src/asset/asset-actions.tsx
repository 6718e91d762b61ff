import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { remove, restore } from '../library/bulk';
import { dropFromLists, refreshLists } from '../library/lists';
import { Button, buttonClass } from '../ui/button';
import { Icon } from '../ui/icon';
import { say, sayFailed } from '../ui/toasts';
import { words } from '../words/words';
import type { Asset } from './queries';

export function AssetActions({ asset: { id, downloadUrl, deletedAt } }: { asset: Asset }) {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const isOver = (): void => {
    dropFromLists(queryClient, new Set([id]));
    refreshLists(queryClient);
    void queryClient.invalidateQueries({ queryKey: ['assets', 'one', id] });
  };
  const back = useMutation({
    mutationFn: () => restore(id),
    onSuccess: () => {
      isOver();
      say(words.library.restored(1));
    },
    onError: sayFailed,
  });
  const away = useMutation({
    mutationFn: () => remove(id),
    onSuccess: () => {
      isOver();
      say(words.library.deleted(1), { label: words.common.undo, run: () => back.mutate() });
      void navigate({ to: '/' });
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
        <Button kind="primary" icon="retry" disabled={back.isPending} onClick={() => back.mutate()}>
          {words.library.restore}
        </Button>
      )}
    </div>
  );
}
