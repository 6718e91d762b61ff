import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useId, type SubmitEvent } from 'react';
import { api, ask, type Schemas } from '../api/client';
import { ApiProblem } from '../api/problem';
import { meQuery } from '../feed/queries';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { Field } from '../ui/field';
import { ErrorNotice, SkeletonLines } from '../ui/state';
import { words } from '../words/words';

/** What others see of one. */
export function ProfileDialog({ onClose }: { onClose: () => void }) {
  const form = useId();
  const queryClient = useQueryClient();
  const { data } = useQuery(meQuery);
  const { mutate, isPending, error } = useMutation({
    mutationFn: (body: Schemas['ChangeMe']) => ask(api.PATCH('/users/me', { body })),
    onSuccess: (me) => {
      queryClient.setQueryData(meQuery.queryKey, me);
      onClose();
    },
  });
  const onSubmit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    const text = (name: string): string | null => {
      const value = given.get(name);
      return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
    };
    mutate({
      username: text('username') ?? undefined,
      displayName: text('displayName'),
      bio: text('bio'),
      isPrivate: given.get('isPrivate') !== null,
    });
  };
  const ofField = (name: string): string | undefined => (error instanceof ApiProblem ? error.ofField(name) : undefined);
  return (
    <Dialog
      open
      onClose={onClose}
      title={words.account.editProfile}
      actions={
        <>
          <Button onClick={onClose}>{words.common.cancel}</Button>
          <Button kind="primary" type="submit" form={form} disabled={isPending || !data}>
            {words.common.save}
          </Button>
        </>
      }
    >
      {data ? (
        <form id={form} className="stack" onSubmit={onSubmit}>
          <ErrorNotice error={error} />
          <Field
            label={words.account.username}
            name="username"
            defaultValue={data.username ?? ''}
            hint={words.account.usernameHint}
            error={ofField('username')}
          />
          <Field label={words.account.displayName} name="displayName" defaultValue={data.displayName ?? ''} />
          <Field label={words.account.bio} name="bio" defaultValue={data.bio ?? ''} />
          <label className="row small">
            <input type="checkbox" name="isPrivate" defaultChecked={data.isPrivate} />
            {words.account.private}
          </label>
        </form>
      ) : (
        <SkeletonLines />
      )}
    </Dialog>
  );
}
