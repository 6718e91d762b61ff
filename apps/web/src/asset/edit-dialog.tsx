import { useId, type SubmitEvent } from 'react';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { Field } from '../ui/field';
import { words } from '../words/words';
import { useEdit, type Asset } from './queries';

/** Empty is the same as nothing said. */
const orNull = (value: FormDataEntryValue | null): string | null =>
  typeof value === 'string' && value.trim() !== '' ? value.trim() : null;

export function EditDialog({ asset, etag, onClose }: { asset: Asset; etag: string; onClose: () => void }) {
  const form = useId();
  const { mutate, isPending } = useEdit(asset.id, etag);
  const onSubmit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    const [name, value] = [orNull(given.get('label')), orNull(given.get('value'))];
    mutate(
      {
        title: orNull(given.get('title')),
        description: orNull(given.get('description')),
        ...(name !== null && value !== null && { labels: { ...asset.labels, [name]: value } }),
      },
      { onSuccess: onClose },
    );
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={words.asset.editTitle}
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
        <Field label={words.asset.title} name="title" defaultValue={asset.title ?? ''} maxLength={200} />
        <div className="field">
          <label htmlFor={`${form}-description`}>{words.asset.description}</label>
          <textarea
            id={`${form}-description`}
            name="description"
            className="input"
            defaultValue={asset.description ?? ''}
            maxLength={5000}
          />
        </div>
        <div className="pair">
          <Field
            label={words.library.labelName}
            name="label"
            placeholder="category"
            pattern="[A-Za-z][A-Za-z0-9_\-]{0,63}"
            title={words.library.labelNameHint}
          />
          <Field label={words.library.labelValue} name="value" placeholder="shoes" maxLength={200} />
        </div>
      </form>
    </Dialog>
  );
}
