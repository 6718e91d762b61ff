import { useEffect, useRef, useState, type ReactNode } from 'react';
import { Icon } from '../ui/icon';
import { words } from '../words/words';
import { KINDS, SORTS, STATUSES, VISIBILITIES, type Filters } from './filters';
import { MoreFilters } from './more-filters';

/** Milliseconds without a key after which a search begins. */
const TYPING_MS = 250;

interface ToolbarProps {
  filters: Filters;
  onChange: (filters: Filters) => void;
  children?: ReactNode;
}

/** What the list is narrowed to. */
export function Toolbar({ filters, onChange, children }: ToolbarProps) {
  const set = (change: Filters): void => onChange({ ...filters, ...change });
  return (
    <div className="toolbar">
      <SearchBox
        value={filters.search ?? ''}
        onSearch={(search) => set({ search: search === '' ? undefined : search })}
      />
      <Choice
        label={words.library.kind}
        value={filters.kind}
        options={KINDS.map((kind) => [kind, words.asset.kind[kind]])}
        onChoose={(kind) => set({ kind })}
      />
      <Choice
        label={words.library.status}
        value={filters.status}
        options={STATUSES.map((status) => [status, words.asset.status[status]])}
        onChoose={(status) => set({ status })}
      />
      <Choice
        label={words.library.visibility}
        value={filters.visibility}
        options={VISIBILITIES.map((visibility) => [visibility, words.asset[visibility]])}
        onChoose={(visibility) => set({ visibility })}
      />
      <Choice
        label={words.library.sort}
        value={filters.sort}
        options={SORTS.filter((sort) => sort !== '-createdAt').map((sort) => [sort, words.library.sorts[sort]])}
        otherwise={words.library.sorts['-createdAt']}
        onChoose={(sort) => set({ sort })}
      />
      <MoreFilters filters={filters} onChange={set} />
      {children}
    </div>
  );
}

function SearchBox({ value, onSearch }: { value: string; onSearch: (search: string) => void }) {
  const [typed, setTyped] = useState(value);
  /** What was searched for last, from here. */
  const sent = useRef(value);
  const search = useRef(onSearch);
  useEffect(() => {
    search.current = onSearch;
  });
  // Changed by somebody else: a link, the way back, "show everything".
  useEffect(() => {
    if (value === sent.current) return;
    sent.current = value;
    setTyped(value);
  }, [value]);
  useEffect(() => {
    const wanted = typed.trim();
    if (wanted === sent.current) return;
    const timer = setTimeout(() => {
      sent.current = wanted;
      search.current(wanted);
    }, TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return (
    <div className="search">
      <Icon name="search" size={16} />
      <input
        type="search"
        className="input"
        aria-label={words.library.searchLabel}
        placeholder={words.library.searchLabel}
        value={typed}
        onChange={({ target }) => setTyped(target.value)}
      />
    </div>
  );
}

interface ChoiceProps<Value extends string> {
  label: string;
  value: Value | undefined;
  options: (readonly [Value, string])[];
  otherwise?: string;
  onChoose: (value: Value | undefined) => void;
}

export function Choice<Value extends string>({ label, value, options, otherwise, onChoose }: ChoiceProps<Value>) {
  return (
    <select
      className="input choice"
      aria-label={label}
      value={value ?? ''}
      data-chosen={value !== undefined}
      onChange={({ target }) => onChoose(options.find(([option]) => option === target.value)?.[0])}
    >
      <option value="">{otherwise ?? `${label}: ${words.common.all.toLowerCase()}`}</option>
      {options.map(([option, name]) => (
        <option key={option} value={option}>
          {name}
        </option>
      ))}
    </select>
  );
}
