import { Dialog as Radix } from 'radix-ui';
import type { ReactNode } from 'react';

interface DialogProps {
  open: boolean;
  onClose: () => void;
  title: string;
  description?: ReactNode;
  children?: ReactNode;
  actions?: ReactNode;
  /** For something to look at. */
  wide?: boolean;
  /** Only its own buttons close it: what it shows would be lost by a click beside it. */
  stays?: boolean;
}

/** Keeps the keyboard inside while it is open, and gives it back afterwards. */
export function Dialog({ open, onClose, title, description, children, actions, wide, stays }: DialogProps) {
  return (
    <Radix.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="veil" />
        <Radix.Content
          className={wide ? 'dialog wide' : 'dialog'}
          onInteractOutside={(event) => stays && event.preventDefault()}
          onEscapeKeyDown={(event) => stays && event.preventDefault()}
          {...(description === undefined && { 'aria-describedby': undefined })}
        >
          <Radix.Title asChild>
            <h2>{title}</h2>
          </Radix.Title>
          {description !== undefined && (
            <Radix.Description asChild>
              <p className="muted" style={{ marginTop: 6 }}>
                {description}
              </p>
            </Radix.Description>
          )}
          {children && <div style={{ marginTop: 16 }}>{children}</div>}
          {actions && <div className="actions">{actions}</div>}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
