import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, ask, type Schemas } from '../api/client';
import { ApiProblem } from '../api/problem';
import { know } from '../api/session';
import { meQuery } from '../feed/queries';
import { Field } from '../ui/field';
import { FormDialog } from '../ui/form-dialog';
import { textOf } from '../ui/form-values';
import { SkeletonLines } from '../ui/state';
import { words } from '../words/words';
import { AvatarField } from './avatar-field';

/** What others see of one. */
export function ProfileDialog({ onClose }: { onClose: () => void }) {
  const queryClient = useQueryClient();
  const { data } = useQuery(meQuery);
  const { mutate, isPending, error } = useMutation({
    mutationFn: (body: Schemas['ChangeMe']) => ask(api.PATCH('/users/me', { body })),
    onSuccess: (me) => {
      queryClient.setQueryData(meQuery.queryKey, me);
      know(me);
      onClose();
    },
  });
  const ofName = error instanceof ApiProblem ? error.ofField('username') : undefined;
  const onSubmit = (form: FormData): void =>
    mutate({
      username: textOf(form, 'username') ?? undefined,
      displayName: textOf(form, 'displayName'),
      bio: textOf(form, 'bio'),
      isPrivate: form.get('isPrivate') !== null,
    });
  return (
    <FormDialog
      title={words.account.editProfile}
      isPending={isPending || !data}
      error={ofName === undefined ? error : null}
      {...{ onSubmit, onClose }}
    >
      {data ? (
        <>
          <AvatarField me={data} />
          <Field
            label={words.account.username}
            name="username"
            defaultValue={data.username ?? ''}
            hint={words.account.usernameHint}
            error={ofName}
          />
          <Field label={words.account.displayName} name="displayName" defaultValue={data.displayName ?? ''} />
          <Field label={words.account.bio} name="bio" defaultValue={data.bio ?? ''} />
          <label className="row small">
            <input type="checkbox" name="isPrivate" defaultChecked={data.isPrivate} />
            {words.account.private}
          </label>
        </>
      ) : (
        <SkeletonLines />
      )}
    </FormDialog>
  );
}
