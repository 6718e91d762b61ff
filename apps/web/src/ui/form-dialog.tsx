import { useId, type ReactNode, type SubmitEvent } from 'react';
import { words } from '../words/words';
import { Button } from './button';
import { Dialog } from './dialog';
import { ErrorNotice } from './state';

interface FormDialogProps {
  title: string;
  description?: ReactNode;
  /** On the button that sends it. */
  submit?: string;
  danger?: boolean;
  isPending: boolean;
  error?: unknown;
  onSubmit: (form: FormData) => void;
  onClose: () => void;
  children: ReactNode;
}

/** Asks for a few things, and stays with what was typed until they are taken. */
export function FormDialog({
  title,
  description,
  submit = words.common.save,
  danger,
  isPending,
  error,
  onSubmit,
  onClose,
  children,
}: FormDialogProps) {
  const form = useId();
  const send = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    onSubmit(new FormData(event.currentTarget));
  };
  return (
    <Dialog
      open
      // Its answer may be something to see.
      stays={isPending}
      onClose={onClose}
      title={title}
      description={description}
      actions={
        <>
          <Button onClick={onClose}>{words.common.cancel}</Button>
          <Button kind="primary" danger={danger} type="submit" form={form} disabled={isPending}>
            {submit}
          </Button>
        </>
      }
    >
      <form id={form} className="stack" onSubmit={send}>
        <ErrorNotice error={error} />
        {children}
      </form>
    </Dialog>
  );
}
