import { useEffect, useState } from 'react';
import { useUser } from '../session/use-session';
import { Button, IconButton } from '../ui/button';
import { ConfirmDialog } from '../ui/confirm-dialog';
import { words } from '../words/words';
import { removeMany, removeManyForGood, restoreMany } from './bulk';
import { LabelDialog } from './label-dialog';
import type { Shelf } from './lists';
import type { Selection } from './selection';
import { useBulkAction } from './use-bulk-action';

/** What can be done with all that is chosen. */
export function BulkBar({ shelf, selection }: { shelf: Shelf; selection: Selection }) {
  const [asks, setAsks] = useState<'label' | 'for-good'>();
  const { ids, clear, all } = selection;
  const user = useUser();
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      // What is open above it closes first.
      if (event.key === 'Escape' && !event.defaultPrevented) clear();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [clear]);
  const { act, progress } = useBulkAction(clear);
  if (progress)
    return (
      <div className="bulk-bar" role="toolbar" aria-label={words.library.underWay}>
        <strong className="number">{words.library.progress(progress.count, progress.all)}</strong>
        <Button small onClick={progress.stop}>
          {words.common.stop}
        </Button>
      </div>
    );
  if (ids.size === 0) return null;
  const chosen = [...ids];
  const mayChange = user.tenantRole !== 'VIEWER';
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
            onClick={() => act({ shelf, ids: chosen, work: removeMany, says: words.library.deleted, undo: true })}
          >
            {words.common.delete}
          </Button>
        </>
      )}
      {mayChange && shelf === 'trash' && (
        <>
          <Button
            small
            icon="retry"
            onClick={() => act({ shelf, ids: chosen, work: restoreMany, says: words.library.restored })}
          >
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
            act({ shelf, ids: chosen, work: removeManyForGood, says: words.library.deletedForGood });
          }}
        />
      )}
    </div>
  );
}
