import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { api, ask, type Schemas } from '../api/client';
import { ApiProblem } from '../api/problem';
import { Field } from '../ui/field';
import { FormDialog } from '../ui/form-dialog';
import { textOf } from '../ui/form-values';
import { SecretDialog } from '../ui/secret-dialog';
import { SelectField } from '../ui/select-field';
import { words } from '../words/words';
import { ROLE_OPTIONS, roleOf } from './roles';

/** Key of what it adds to. */
export const INVITATIONS = ['tenant', 'invitations'];

/** Asks somebody to join, and shows the link to hand on. */
export function InviteDialog({ onClose }: { onClose: () => void }) {
  const router = useRouter();
  const queryClient = useQueryClient();
  const { mutate, isPending, error, data } = useMutation({
    mutationFn: (body: Schemas['Invite']) => ask(api.POST('/tenant/invitations', { params: { header: {} }, body })),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: INVITATIONS }),
  });
  if (data) {
    const { href } = router.buildLocation({ to: '/register', search: { invitation: data.token } });
    return (
      <SecretDialog
        title={words.team.invited(data.email)}
        hint={words.team.invitedHint}
        label={words.team.link}
        value={new URL(href, location.origin).href}
        onClose={onClose}
      />
    );
  }
  const ofEmail = error instanceof ApiProblem ? error.ofField('email') : undefined;
  return (
    <FormDialog
      title={words.team.inviteTitle}
      description={words.team.inviteHint}
      submit={words.team.invite}
      error={ofEmail === undefined ? error : null}
      onSubmit={(form) => mutate({ email: textOf(form, 'email') ?? '', role: roleOf(textOf(form, 'role')) })}
      {...{ isPending, onClose }}
    >
      <Field label={words.session.email} name="email" type="email" autoComplete="off" required error={ofEmail} />
      <SelectField label={words.team.role} name="role" defaultValue="EDITOR" options={ROLE_OPTIONS} />
      <p className="muted small">{words.team.rolesHint}</p>
    </FormDialog>
  );
}
