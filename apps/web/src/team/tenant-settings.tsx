import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ask, type Schemas } from '../api/client';
import { Button } from '../ui/button';
import { Field } from '../ui/field';
import { FormDialog } from '../ui/form-dialog';
import { textOf } from '../ui/form-values';
import { Section } from '../ui/section';
import { Failed, SkeletonLines } from '../ui/state';
import { count } from '../words/format';
import { words } from '../words/words';

const DAY_SECONDS = 86_400;

const tenantQuery = queryOptions({ queryKey: ['tenant', 'settings'], queryFn: () => ask(api.GET('/tenant')) });

/** What the team has decided for all that it uploads. */
export function TenantSettings({ mayChange }: { mayChange: boolean }) {
  const [isEditing, setIsEditing] = useState(false);
  const { data, error, refetch } = useQuery(tenantQuery);
  return (
    <Section
      id="settings"
      title={data?.name ?? words.team.settings}
      action={
        mayChange &&
        data && (
          <Button small onClick={() => setIsEditing(true)}>
            {words.team.edit}
          </Button>
        )
      }
    >
      {data ? (
        <ul className="lines">
          <Setting name={words.team.expiry} value={expiryOf(data)} />
          <Setting name={words.team.location} value={words.team.locations[data.stripLocation ? 'removed' : 'kept']} />
          <Setting
            name={words.team.streams}
            value={data.streamLimit === null ? words.team.asInstalled : count(data.streamLimit)}
          />
        </ul>
      ) : error ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : (
        <div className="body">
          <SkeletonLines />
        </div>
      )}
      {isEditing && data && <SettingsDialog tenant={data} onClose={() => setIsEditing(false)} />}
    </Section>
  );
}

const expiryOf = ({ defaultExpirySeconds: seconds }: Schemas['Tenant']): string =>
  seconds === null ? words.team.forEver : words.team.days(seconds / DAY_SECONDS);

const Setting = ({ name, value }: { name: string; value: string }) => (
  <li className="wrap">
    <span className="grow">{name}</span>
    <span className="muted">{value}</span>
  </li>
);

function SettingsDialog({ tenant, onClose }: { tenant: Schemas['Tenant']; onClose: () => void }) {
  const queryClient = useQueryClient();
  const { mutate, isPending, error } = useMutation({
    mutationFn: (body: Schemas['ChangeTenant']) => ask(api.PATCH('/tenant', { body })),
    onSuccess: (changed) => {
      queryClient.setQueryData(tenantQuery.queryKey, changed);
      onClose();
    },
  });
  const onSubmit = (form: FormData): void => {
    const days = textOf(form, 'days');
    mutate({
      name: textOf(form, 'name') ?? undefined,
      defaultExpirySeconds: days === null ? null : Math.round(Number(days) * DAY_SECONDS),
      stripLocation: form.get('stripLocation') !== null,
    });
  };
  const { name, defaultExpirySeconds: seconds, stripLocation } = tenant;
  return (
    <FormDialog title={words.team.edit} {...{ isPending, error, onSubmit, onClose }}>
      <Field label={words.team.name} name="name" defaultValue={name} maxLength={100} required />
      <Field
        label={words.team.expiryDays}
        name="days"
        type="number"
        min={1}
        max={3650}
        step="any"
        defaultValue={seconds === null ? '' : seconds / DAY_SECONDS}
        placeholder={words.team.forEver}
        hint={words.team.expiryHint}
      />
      <label className="row small">
        <input type="checkbox" name="stripLocation" defaultChecked={stripLocation} />
        {words.team.stripLocation}
      </label>
    </FormDialog>
  );
}
