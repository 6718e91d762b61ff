import { useState } from 'react';

interface TextFilterProps {
  label: string;
  value: string | undefined;
  type?: 'text' | 'date';
  onSet: (value: string | undefined) => void;
}

/** A filter that is typed; it counts when one leaves it or presses Enter. */
export function TextFilter({ label, value, type = 'text', onSet }: TextFilterProps) {
  const [typed, setTyped] = useState(value ?? '');
  const [known, setKnown] = useState(value);
  if (known !== value) {
    setKnown(value);
    setTyped(value ?? '');
  }
  const set = (): void => {
    const wanted = typed.trim() === '' ? undefined : typed.trim();
    if (wanted !== value) onSet(wanted);
  };
  const field = (
    <input
      className={type === 'date' ? 'input' : 'input text-filter'}
      type={type}
      aria-label={label}
      title={label}
      placeholder={label}
      value={typed}
      onChange={({ target }) => setTyped(target.value)}
      onBlur={set}
      onKeyDown={({ key }) => key === 'Enter' && set()}
    />
  );
  // A day has no room for what it is of.
  return type === 'text' ? (
    field
  ) : (
    <label className="text-filter dated">
      <span className="muted small">{label}</span>
      {field}
    </label>
  );
}
