import { useId, type InputHTMLAttributes, type ReactNode } from 'react';

interface FieldProps extends InputHTMLAttributes<HTMLInputElement> {
  label: string;
  hint?: ReactNode;
  error?: string;
}

/** A labelled input; what is wrong with it is said below it, and read with it. */
export function Field({ label, hint, error, ...input }: FieldProps) {
  const id = useId();
  const below = error ?? hint;
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        className="input"
        aria-invalid={error !== undefined}
        aria-describedby={below === undefined ? undefined : `${id}-below`}
        {...input}
      />
      {below !== undefined && (
        <div id={`${id}-below`} className={error === undefined ? 'muted small' : 'field-error'}>
          {below}
        </div>
      )}
    </div>
  );
}
