import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, ask, type Schemas } from '../api/client';
import { ApiProblem } from '../api/problem';
import { know } from '../api/session';
import { meQuery } from '../feed/queries';
import { Field } from '../ui/field';
import { FormDialog } from '../ui/form-dialog';
import { secretOf, textOf } from '../ui/form-values';
import { say } from '../ui/toasts';
import { words } from '../words/words';

export function EmailDialog({ onClose }: { onClose: () => void }) {
  const queryClient = useQueryClient();
  const { mutate, isPending, error } = useMutation({
    mutationFn: (body: Schemas['ChangeMe']) => ask(api.PATCH('/users/me', { body })),
    onSuccess: (me) => {
      queryClient.setQueryData(meQuery.queryKey, me);
      know(me);
      say(words.account.emailChanged(me.email));
      onClose();
    },
  });
  const ofEmail = error instanceof ApiProblem ? error.ofField('email') : undefined;
  return (
    <FormDialog
      title={words.account.changeEmail}
      error={ofEmail === undefined ? error : null}
      onSubmit={(form) => mutate({ email: textOf(form, 'email') ?? '', password: secretOf(form, 'password') })}
      {...{ isPending, onClose }}
    >
      <Field label={words.account.emailNew} name="email" type="email" autoComplete="off" error={ofEmail} required />
      <Field
        label={words.account.passwordNow}
        name="password"
        type="password"
        autoComplete="current-password"
        required
      />
    </FormDialog>
  );
}
