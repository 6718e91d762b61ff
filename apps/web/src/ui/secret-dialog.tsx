import { words } from '../words/words';
import { Button } from './button';
import { CopyField } from './copy-field';
import { Dialog } from './dialog';

interface SecretDialogProps {
  title: string;
  hint: string;
  label: string;
  value: string;
  onClose: () => void;
}

/** Shows what is never shown again, to be copied. */
export function SecretDialog({ title, hint, label, value, onClose }: SecretDialogProps) {
  return (
    <Dialog
      open
      stays
      onClose={onClose}
      title={title}
      description={hint}
      actions={
        <Button kind="primary" onClick={onClose}>
          {words.common.done}
        </Button>
      }
    >
      <CopyField label={label} value={value} />
    </Dialog>
  );
}
