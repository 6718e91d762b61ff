import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, type SubmitEvent } from 'react';
import { api, ask, type Schemas } from '../api/client';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { Field } from '../ui/field';
import { ErrorNotice } from '../ui/state';
import { words } from '../words/words';

const GIGABYTE = 1e9;

interface LimitsDialogProps {
  tenant: Schemas['TenantEntry'];
  onClose: () => void;
}

/** What a tenant may have; an empty field is what the installation's settings say. */
export function LimitsDialog({ tenant: { id, name, usage }, onClose }: LimitsDialogProps) {
  const form = useId();
  const queryClient = useQueryClient();
  const { mutate, isPending, error } = useMutation({
    mutationFn: (body: Schemas['TenantLimits']) =>
      ask(api.PATCH('/admin/tenants/{id}', { params: { path: { id } }, body })),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ['tenants'] });
      onClose();
    },
  });
  const onSubmit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    const limit = (field: string, unit = 1): number | null => {
      const value = given.get(field);
      return typeof value !== 'string' || value === '' ? null : Math.round(Number(value) * unit);
    };
    mutate({
      bytes: limit('bytes', GIGABYTE),
      files: limit('files'),
      monthlyUploads: limit('monthlyUploads'),
      transcodeMinutes: limit('transcodeMinutes'),
    });
  };
  const { bytes } = usage;
  const field = (key: 'files' | 'monthlyUploads' | 'transcodeMinutes') => (
    <Field
      label={words.account[key]}
      name={key}
      type="number"
      min={0}
      step={1}
      defaultValue={usage[key].limit ?? ''}
      placeholder={words.common.unlimited}
    />
  );
  return (
    <Dialog
      open
      onClose={onClose}
      title={words.admin.limitsOf(name)}
      description={words.admin.limitsHint}
      actions={
        <>
          <Button onClick={onClose}>{words.common.cancel}</Button>
          <Button kind="primary" type="submit" form={form} disabled={isPending}>
            {words.common.save}
          </Button>
        </>
      }
    >
      <form id={form} className="stack" onSubmit={onSubmit}>
        <ErrorNotice error={error} />
        <Field
          label={words.admin.gigabytes}
          name="bytes"
          type="number"
          min={0}
          step="any"
          defaultValue={bytes.limit === null ? '' : bytes.limit / GIGABYTE}
          placeholder={words.common.unlimited}
        />
        {field('files')}
        {field('monthlyUploads')}
        {field('transcodeMinutes')}
      </form>
    </Dialog>
  );
}
