import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, ask, type Schemas } from '../api/client';
import { Field } from '../ui/field';
import { FormDialog } from '../ui/form-dialog';
import { textOf } from '../ui/form-values';
import { words } from '../words/words';

const GIGABYTE = 1e9;

interface LimitsDialogProps {
  tenant: Schemas['TenantEntry'];
  onClose: () => void;
}

/** What a tenant may have; an empty field is what the installation's settings say. */
export function LimitsDialog({ tenant: { id, name, usage }, onClose }: LimitsDialogProps) {
  const queryClient = useQueryClient();
  const { mutate, isPending, error } = useMutation({
    mutationFn: (body: Schemas['TenantLimits']) =>
      ask(api.PATCH('/admin/tenants/{id}', { params: { path: { id } }, body })),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ['tenants'] });
      onClose();
    },
  });
  const onSubmit = (form: FormData): void => {
    const limit = (field: string, unit = 1): number | null => {
      const value = textOf(form, field);
      return value === null ? null : Math.round(Number(value) * unit);
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
    <FormDialog
      title={words.admin.limitsOf(name)}
      description={words.admin.limitsHint}
      {...{ isPending, error, onSubmit, onClose }}
    >
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
    </FormDialog>
  );
}
