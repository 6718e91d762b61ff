import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useUser } from '../session/use-session';
import { Button, IconButton } from '../ui/button';
import { ConfirmDialog } from '../ui/confirm-dialog';
import { say, sayFailed } from '../ui/toasts';
import { words } from '../words/words';
import { each, remove, removeForGood, restore } from './bulk';
import { LabelDialog } from './label-dialog';
import { dropFromLists, refreshLists, type Shelf } from './lists';
import type { Selection } from './selection';

/** What can be done with all that is chosen. */
export function BulkBar({ shelf, selection }: { shelf: Shelf; selection: Selection }) {
  const [asks, setAsks] = useState<'label' | 'for-good'>();
  const { ids, clear, all } = selection;
  const user = useUser();
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === 'Escape' && !document.querySelector('[role=dialog]')) clear();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [clear]);
  const act = useBulkAction(clear);
  if (ids.size === 0) return null;
  const chosen = [...ids];
  const mayChange = user.tenantRole !== 'VIEWER';
  const undo = (): void => act.mutate({ ids: chosen, work: restore, done: words.library.restored });
  return (
    <div className="bulk-bar" role="toolbar" aria-label={words.library.chosen(ids.size)}>
      <IconButton icon="close" small label={words.library.clearChoice} onClick={clear} />
      <strong className="grow">{words.library.chosen(ids.size)}</strong>
      <Button small kind="quiet" onClick={all}>
        {words.library.chooseAll}
      </Button>
      {mayChange && shelf === 'library' && (
        <>
          <Button small icon="tag" onClick={() => setAsks('label')}>
            {words.library.label}
          </Button>
          <Button
            small
            danger
            icon="trash"
            onClick={() => act.mutate({ ids: chosen, work: remove, done: words.library.deleted, undo })}
          >
            {words.common.delete}
          </Button>
        </>
      )}
      {mayChange && shelf === 'trash' && (
        <>
          <Button small icon="retry" onClick={() => undo()}>
            {words.library.restore}
          </Button>
          <Button small danger icon="trash" onClick={() => setAsks('for-good')}>
            {words.library.deleteForGood}
          </Button>
        </>
      )}
      {asks === 'label' && <LabelDialog ids={chosen} onClose={() => setAsks(undefined)} onDone={clear} />}
      {asks === 'for-good' && (
        <ConfirmDialog
          title={words.library.deleteForGoodAsk(ids.size)}
          hint={words.library.deleteForGoodHint}
          act={words.library.deleteForGood}
          onClose={() => setAsks(undefined)}
          onConfirm={() => {
            setAsks(undefined);
            act.mutate({ ids: chosen, work: removeForGood, done: words.library.deletedForGood });
          }}
        />
      )}
    </div>
  );
}

interface BulkAction {
  ids: string[];
  work: (id: string) => Promise<unknown>;
  done: (count: number) => string;
  undo?: () => void;
}

/** They leave the shelf at once; those that could not be changed come back, with the reason of the first. */
function useBulkAction(clear: () => void) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ ids, work }: BulkAction) => each(ids, work),
    onMutate: ({ ids }) => {
      dropFromLists(queryClient, new Set(ids));
      clear();
    },
    onSuccess: ({ done, failed: [first] }, { done: text, undo }) => {
      if (done > 0) say(text(done), undo && { label: words.common.undo, run: undo });
      if (first) sayFailed(first.error);
    },
    onSettled: () => refreshLists(queryClient),
  });
}
