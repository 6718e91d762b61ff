import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { FormDialog } from '../ui/form-dialog';
import { textOf } from '../ui/form-values';
import { say } from '../ui/toasts';
import { words } from '../words/words';
import { inBulk, labelMany } from './bulk';
import { LabelFields } from './label-fields';
import { refreshLists } from './lists';

interface LabelDialogProps {
  ids: string[];
  onClose: () => void;
  onDone: () => void;
}

/** Gives all that is chosen one more label. */
export function LabelDialog({ ids, onClose, onDone }: LabelDialogProps) {
  const queryClient = useQueryClient();
  const [count, setCount] = useState(0);
  const { mutate, isPending, error } = useMutation({
    mutationFn: async (form: FormData) => {
      const [name, value] = [textOf(form, 'label') ?? '', textOf(form, 'value') ?? ''];
      const { done, failed } = await inBulk(ids, labelMany(name, value), { onProgress: setCount });
      if (failed[0]) throw failed[0].error;
      return done.length;
    },
    onSettled: () => refreshLists(queryClient, ids),
    onSuccess: (done) => {
      say(words.library.labelled(done));
      onClose();
      onDone();
    },
  });
  return (
    <FormDialog
      title={words.library.labelAsk(ids.length)}
      description={words.library.labelHint}
      submit={isPending ? words.library.progress(count, ids.length) : words.library.label}
      onSubmit={mutate}
      {...{ isPending, error, onClose }}
    >
      <LabelFields required />
    </FormDialog>
  );
}
