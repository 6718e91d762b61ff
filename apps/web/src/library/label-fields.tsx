import { Field } from '../ui/field';
import { words } from '../words/words';

/** Name and value of a label, in fields of these names. */
export function LabelFields({ required = false }: { required?: boolean }) {
  return (
    <div className="pair">
      <Field
        label={words.library.labelName}
        name="label"
        placeholder={words.library.labelNameExample}
        pattern="[A-Za-z][A-Za-z0-9_\-]{0,63}"
        title={words.library.labelNameHint}
        required={required}
      />
      <Field
        label={words.library.labelValue}
        name="value"
        placeholder={words.library.labelValueExample}
        maxLength={200}
        required={required}
      />
    </div>
  );
}
