import type { UseQueryResult } from '@tanstack/react-query';
import { ErrorNotice } from '../ui/state';
import { when } from '../words/format';
import { words } from '../words/words';

/** Says that what is shown is of an earlier look, because later ones got no answer, and why. */
export function Stale({ query: { data, error, dataUpdatedAt } }: { query: UseQueryResult }) {
  if (data === undefined || !error) return null;
  return (
    <div className="stack tight">
      <ErrorNotice error={error} />
      <p className="muted small">{words.admin.stale(when(new Date(dataUpdatedAt).toISOString()))}</p>
    </div>
  );
}
