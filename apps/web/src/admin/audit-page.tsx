import { useMutation } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Choice } from '../library/toolbar';
import { Button } from '../ui/button';
import { Pages, usePages } from '../ui/pages';
import { Empty } from '../ui/state';
import { Table } from '../ui/table';
import { say, sayFailed } from '../ui/toasts';
import { count, when } from '../words/format';
import { words } from '../words/words';
import { EXPORT_MOST, exportAudit, fetchAudit, type AuditEntry } from './audit-list';
import type { AuditAction, AuditFilters } from './filters';
import { TextFilter } from './text-filter';

const ACTIONS = Object.entries(words.audit.actions satisfies Record<AuditAction, string>) as [AuditAction, string][];

/** Who did what, and when. */
export function AuditPage() {
  const filters = useSearch({ from: '/inside/admin/audit' });
  const navigate = useNavigate();
  const set = (change: AuditFilters): void =>
    void navigate({ to: '/admin/audit', search: { ...filters, ...change }, replace: true });
  const save = useMutation({
    mutationFn: () => exportAudit(filters),
    onSuccess: ({ blob, isWhole }) => {
      download(blob, 'audit.csv');
      if (!isWhole) say(words.admin.exportedPart(count(EXPORT_MOST)));
    },
    onError: sayFailed,
  });
  return (
    <div className="page wide">
      <div className="page-head">
        <h1>{words.nav.audit}</h1>
        <Button icon="download" disabled={save.isPending} onClick={() => save.mutate()}>
          {save.isPending ? words.admin.exporting : words.admin.export}
        </Button>
      </div>
      <div className="toolbar">
        <Choice
          label={words.admin.action}
          value={filters.action}
          options={ACTIONS}
          onChoose={(action) => set({ action })}
        />
        <TextFilter label={words.admin.actor} value={filters.actor} onSet={(actor) => set({ actor })} />
        <TextFilter label={words.admin.subject} value={filters.subject} onSet={(subject) => set({ subject })} />
        <TextFilter type="date" label={words.admin.from} value={filters.from} onSet={(from) => set({ from })} />
        <TextFilter type="date" label={words.admin.to} value={filters.to} onSet={(to) => set({ to })} />
      </div>
      <AuditTable filters={filters} />
    </div>
  );
}

const HEADS = [words.admin.at, words.admin.action, words.admin.actor, words.admin.subject, words.admin.ip];

function AuditTable({ filters }: { filters: AuditFilters }) {
  const query = usePages(['audit', 'list', filters], (cursor) => fetchAudit(filters, 50, cursor));
  return (
    <Pages
      query={query}
      skeleton={{ lines: 8, height: 26 }}
      empty={<Empty icon="audit" title={words.library.nothingFound} />}
    >
      {(entries) => (
        <Table heads={HEADS}>
          {entries.map((entry) => (
            <AuditRow key={entry.id} entry={entry} />
          ))}
        </Table>
      )}
    </Pages>
  );
}

function AuditRow({ entry: { at, action, actor, subject, ip, payload } }: { entry: AuditEntry }) {
  const names: Record<string, string> = words.audit.actions;
  const detail = Object.keys(payload).length === 0 ? undefined : JSON.stringify(payload);
  return (
    <tr title={detail}>
      <td className="number nowrap">{when(at)}</td>
      <td className="nowrap">{names[action] ?? action}</td>
      <td>{actor?.email ?? actor?.id ?? <span className="muted">{words.admin.nobody}</span>}</td>
      <td>
        {subject && (
          <span>
            {subject.type} <code className="muted">{subject.id}</code>
          </span>
        )}
      </td>
      <td className="muted number">{ip}</td>
    </tr>
  );
}

function download(blob: Blob, filename: string): void {
  const url = URL.createObjectURL(blob);
  const link = Object.assign(document.createElement('a'), { href: url, download: filename });
  link.click();
  // Safari begins to read it some time after the click.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
