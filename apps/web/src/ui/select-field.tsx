import type { SelectHTMLAttributes } from 'react';

interface SelectFieldProps extends SelectHTMLAttributes<HTMLSelectElement> {
  label: string;
  options: readonly (readonly [value: string, name: string])[];
}

/** A labelled choice of a few. */
export function SelectField({ label, options, ...select }: SelectFieldProps) {
  return (
    <label className="field">
      <span className="label">{label}</span>
      <select className="input" {...select}>
        {options.map(([value, name]) => (
          <option key={value} value={value}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
