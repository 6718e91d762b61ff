import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { Field } from '../ui/field';
import { ErrorNotice } from '../ui/state';
import { say } from '../ui/toasts';
import { words } from '../words/words';
import { addLabel, each } from './bulk';
import { refreshLists } from './lists';

interface LabelDialogProps {
  open: boolean;
  ids: string[];
  onClose: () => void;
  onDone: () => void;
}

/** Gives all that is chosen one more label. */
export function LabelDialog({ open, ids, onClose, onDone }: LabelDialogProps) {
  const form = useId();
  const [name, setName] = useState('');
  const [value, setValue] = useState('');
  const queryClient = useQueryClient();
  const { mutate, isPending, error } = useMutation({
    mutationFn: async () => {
      const { done, failed } = await each(ids, (id) => addLabel(id, name.trim(), value.trim()));
      if (failed[0] && done === 0) throw failed[0].error;
      return done;
    },
    onSuccess: (done) => {
      say(words.library.labelled(done));
      refreshLists(queryClient);
      onClose();
      onDone();
    },
  });
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={words.library.labelAsk(ids.length)}
      description={words.library.labelHint}
      actions={
        <>
          <Button onClick={onClose}>{words.common.cancel}</Button>
          <Button kind="primary" type="submit" form={form} disabled={isPending}>
            {words.library.label}
          </Button>
        </>
      }
    >
      <form
        id={form}
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          mutate();
        }}
      >
        <ErrorNotice error={error} />
        <Field
          label={words.library.labelName}
          value={name}
          onChange={({ target }) => setName(target.value)}
          placeholder="category"
          pattern="[A-Za-z][A-Za-z0-9_\-]{0,63}"
          title={words.library.labelNameHint}
          required
        />
        <Field
          label={words.library.labelValue}
          value={value}
          onChange={({ target }) => setValue(target.value)}
          placeholder="shoes"
          maxLength={200}
          required
        />
      </form>
    </Dialog>
  );
}
