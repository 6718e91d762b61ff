import { useState } from 'react';
import { Button } from '../ui/button';
import { Field } from '../ui/field';
import { FormDialog } from '../ui/form-dialog';
import { textOf } from '../ui/form-values';
import { words } from '../words/words';
import { labelOf, type Filters } from './filters';
import { LabelFields } from './label-fields';

interface MoreFiltersProps {
  filters: Filters;
  onChange: (change: Pick<Filters, 'label' | 'from' | 'to'>) => void;
}

/** A label, and days of the upload: what is asked for less often than the rest. */
export function MoreFilters({ filters: { label, from, to }, onChange }: MoreFiltersProps) {
  const [isOpen, setIsOpen] = useState(false);
  const [name, value] = label === undefined ? [] : labelOf(label);
  const isChosen = [label, from, to].some((filter) => filter !== undefined);
  const apply = (form: FormData): void => {
    const [labelName, labelValue] = [textOf(form, 'label'), textOf(form, 'value')];
    onChange({
      label: labelName !== null && labelValue !== null ? `${labelName}:${labelValue}` : undefined,
      from: textOf(form, 'from') ?? undefined,
      to: textOf(form, 'to') ?? undefined,
    });
    setIsOpen(false);
  };
  return (
    <>
      <Button className="choice" data-chosen={isChosen} onClick={() => setIsOpen(true)}>
        {words.library.moreFilters}
      </Button>
      {isOpen && (
        <FormDialog
          title={words.library.moreFilters}
          description={words.library.filtersHint}
          submit={words.library.filter}
          isPending={false}
          onSubmit={apply}
          onClose={() => setIsOpen(false)}
        >
          <LabelFields name={name} value={value} />
          <div className="pair">
            <Field label={words.library.from} name="from" type="date" defaultValue={from} />
            <Field label={words.library.to} name="to" type="date" defaultValue={to} />
          </div>
        </FormDialog>
      )}
    </>
  );
}
