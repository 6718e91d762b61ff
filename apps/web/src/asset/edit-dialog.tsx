import { useId } from 'react';
import { LabelFields } from '../library/label-fields';
import { Field } from '../ui/field';
import { FormDialog } from '../ui/form-dialog';
import { textOf } from '../ui/form-values';
import { words } from '../words/words';
import { useEdit, type Asset } from './queries';

export function EditDialog({ asset, etag, onClose }: { asset: Asset; etag: string; onClose: () => void }) {
  const description = useId();
  const { mutate, isPending } = useEdit(asset.id, etag);
  const onSubmit = (form: FormData): void => {
    const [name, value] = [textOf(form, 'label'), textOf(form, 'value')];
    mutate(
      {
        title: textOf(form, 'title'),
        description: textOf(form, 'description'),
        ...(name !== null && value !== null && { labels: { ...asset.labels, [name]: value } }),
      },
      { onSuccess: onClose },
    );
  };
  return (
    <FormDialog title={words.asset.editTitle} {...{ isPending, onSubmit, onClose }}>
      <Field label={words.asset.title} name="title" defaultValue={asset.title ?? ''} maxLength={200} />
      <div className="field">
        <label htmlFor={description}>{words.asset.description}</label>
        <textarea
          id={description}
          name="description"
          className="input"
          defaultValue={asset.description ?? ''}
          maxLength={5000}
        />
      </div>
      <LabelFields />
    </FormDialog>
  );
}
