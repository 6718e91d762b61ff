import type { ReactNode } from 'react';
import { words } from '../words/words';
import { Button } from './button';
import { Dialog } from './dialog';

interface ConfirmDialogProps {
  title: string;
  hint: ReactNode;
  /** What is done, on the button that does it. */
  act: string;
  isPending?: boolean;
  onConfirm: () => void;
  onClose: () => void;
}

/** Asks before something that cannot be taken back. */
export function ConfirmDialog({ title, hint, act, isPending, onConfirm, onClose }: ConfirmDialogProps) {
  return (
    <Dialog
      open
      onClose={onClose}
      title={title}
      description={hint}
      actions={
        <>
          <Button onClick={onClose}>{words.common.cancel}</Button>
          <Button kind="primary" danger disabled={isPending} onClick={onConfirm}>
            {act}
          </Button>
        </>
      }
    />
  );
}
