import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, ask, type Schemas } from '../api/client';
import { ApiProblem } from '../api/problem';
import { Field } from '../ui/field';
import { FormDialog } from '../ui/form-dialog';
import { secretOf } from '../ui/form-values';
import { say } from '../ui/toasts';
import { words } from '../words/words';

export function PasswordDialog({ onClose }: { onClose: () => void }) {
  const queryClient = useQueryClient();
  const { mutate, isPending, error } = useMutation({
    mutationFn: (body: Schemas['ChangePassword']) => ask(api.PUT('/users/me/password', { body })),
    onSuccess: () => {
      say(words.account.passwordChanged);
      onClose();
      return queryClient.invalidateQueries({ queryKey: ['sessions'] });
    },
  });
  const ofNew = error instanceof ApiProblem ? error.ofField('newPassword') : undefined;
  return (
    <FormDialog
      title={words.account.changePassword}
      description={words.account.changePasswordHint}
      error={ofNew === undefined ? error : null}
      onSubmit={(form) => mutate({ password: secretOf(form, 'password'), newPassword: secretOf(form, 'newPassword') })}
      {...{ isPending, onClose }}
    >
      <Field
        label={words.account.passwordNow}
        name="password"
        type="password"
        autoComplete="current-password"
        required
      />
      <Field
        label={words.account.passwordNew}
        name="newPassword"
        type="password"
        autoComplete="new-password"
        minLength={8}
        hint={words.session.passwordHint}
        error={ofNew}
        required
      />
    </FormDialog>
  );
}
