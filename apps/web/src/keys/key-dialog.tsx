import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, ask, type Schemas } from '../api/client';
import { Field } from '../ui/field';
import { FormDialog } from '../ui/form-dialog';
import { textOf } from '../ui/form-values';
import { SecretDialog } from '../ui/secret-dialog';
import { SelectField } from '../ui/select-field';
import { words } from '../words/words';

/** Key of what it adds to. */
export const KEYS = ['api-keys'];

type Wanted = Schemas['CreateApiKey'];

const SCOPES: readonly Wanted['scopes'][number][] = ['read', 'upload', 'delete', 'admin'];
const DAY_MS = 86_400_000;
const EXPIRIES = [
  ['', words.keys.noExpiry],
  ['30', words.team.days(30)],
  ['90', words.team.days(90)],
  ['365', words.team.days(365)],
] as const;

/** Makes a key, and shows it: nobody can look it up later. */
export function KeyDialog({ onClose }: { onClose: () => void }) {
  const queryClient = useQueryClient();
  const { mutate, isPending, error, data } = useMutation({
    mutationFn: (body: Wanted) => ask(api.POST('/api-keys', { params: { header: {} }, body })),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: KEYS }),
  });
  if (data)
    return (
      <SecretDialog
        title={words.keys.madeTitle(data.name)}
        hint={words.keys.shownOnce}
        label={words.keys.key}
        value={data.key}
        onClose={onClose}
      />
    );
  const onSubmit = (form: FormData): void => {
    const days = textOf(form, 'days');
    mutate({
      name: textOf(form, 'name') ?? '',
      scopes: SCOPES.filter((scope) => form.get(scope) !== null),
      ...(days !== null && { expiresAt: new Date(Date.now() + Number(days) * DAY_MS).toISOString() }),
    });
  };
  return (
    <FormDialog title={words.keys.make} submit={words.keys.make} {...{ isPending, error, onSubmit, onClose }}>
      <Field label={words.keys.name} name="name" maxLength={100} placeholder={words.keys.nameExample} required />
      <fieldset className="field">
        <legend className="label">{words.keys.scope}</legend>
        {SCOPES.map((scope) => (
          <label key={scope} className="row small">
            <input type="checkbox" name={scope} defaultChecked={scope === 'read'} />
            <span>
              <strong>{words.keys.scopes[scope]}</strong> <span className="muted">{words.keys.scopeHints[scope]}</span>
            </span>
          </label>
        ))}
      </fieldset>
      <SelectField label={words.keys.expiry} name="days" defaultValue="90" options={EXPIRIES} />
    </FormDialog>
  );
}
