import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ask } from '../api/client';
import { Button } from '../ui/button';
import { ConfirmDialog } from '../ui/confirm-dialog';
import { say } from '../ui/toasts';
import { words } from '../words/words';
import { useAfterEdit } from './queries';

/** Takes away where it was taken, after asking: it cannot be found out again. */
export function RemoveLocation({ id, etag }: { id: string; etag: string }) {
  const [isAsked, setIsAsked] = useState(false);
  const { mutate, isPending } = useMutation({
    mutationFn: () =>
      ask(api.DELETE('/assets/{id}/location', { params: { path: { id }, header: { 'If-Match': etag } } })),
    ...useAfterEdit(id, () => say(words.asset.locationRemoved)),
  });
  return (
    <>
      <Button kind="quiet" className="link" onClick={() => setIsAsked(true)}>
        {words.common.remove}
        <span className="hidden-text">{words.asset.fact.location}</span>
      </Button>
      {isAsked && (
        <ConfirmDialog
          title={words.asset.removeLocationAsk}
          hint={words.asset.removeLocationHint}
          act={words.asset.removeLocation}
          isPending={isPending}
          onConfirm={() => mutate(undefined, { onSettled: () => setIsAsked(false) })}
          onClose={() => setIsAsked(false)}
        />
      )}
    </>
  );
}
