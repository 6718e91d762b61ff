import { useState } from 'react';
import { Field } from '../ui/field';
import { words } from '../words/words';

interface LabelFieldsProps {
  required?: boolean;
  /** What is in them at first. */
  name?: string;
  value?: string;
}

/** Name and value of a label, in fields called label and value: both, or neither. */
export function LabelFields({ required = false, name, value }: LabelFieldsProps) {
  const [typed, setTyped] = useState({ name, value });
  const isBegun = [typed.name, typed.value].some((text = '') => text.trim() !== '');
  return (
    <div className="pair">
      <Field
        label={words.library.labelName}
        name="label"
        placeholder={words.library.labelNameExample}
        pattern="[A-Za-z][A-Za-z0-9_\-]{0,63}"
        title={words.library.labelNameHint}
        required={required || isBegun}
        defaultValue={name}
        onChange={({ target }) => setTyped({ ...typed, name: target.value })}
      />
      <Field
        label={words.library.labelValue}
        name="value"
        placeholder={words.library.labelValueExample}
        maxLength={200}
        required={required || isBegun}
        pattern=".*\S.*"
        defaultValue={value}
        onChange={({ target }) => setTyped({ ...typed, value: target.value })}
      />
    </div>
  );
}
