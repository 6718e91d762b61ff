import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { api, ask, type Schemas } from '../api/client';
import { Choice } from '../library/toolbar';
import { Pages, usePages } from '../ui/pages';
import { Empty } from '../ui/state';
import { Table } from '../ui/table';
import { ago, duration, when } from '../words/format';
import { words } from '../words/words';
import { JOB_STATES, type JobFilters, type JobKind } from './filters';
import { JobState } from './job-state';
import { kindName } from './kind-name';
import { RetryAll } from './retry-all';
import { TextFilter } from './text-filter';

const LOOK_EVERY_MS = 4_000;

/** Every job there is, narrowed to those that matter. */
export function JobsPage() {
  const filters = useSearch({ from: '/inside/admin/jobs' });
  const navigate = useNavigate();
  const set = (change: JobFilters): void =>
    void navigate({ to: '/admin/jobs', search: { ...filters, ...change }, replace: true });
  const queues = useQuery({ queryKey: ['queues'], queryFn: () => ask(api.GET('/queues')) });
  const kinds = (queues.data?.items ?? []).map(({ name }) => [name as JobKind, kindName(name)] as const);
  return (
    <div className="page wide">
      <div className="page-head">
        <h1>{words.nav.jobs}</h1>
        {filters.state === 'FAILED' && <RetryAll filters={filters} />}
      </div>
      <div className="toolbar">
        <Choice
          label={words.admin.state}
          value={filters.state}
          options={JOB_STATES.map((state) => [state, words.admin.states[state]])}
          onChoose={(state) => set({ state })}
        />
        <Choice label={words.admin.kind} value={filters.kind} options={kinds} onChoose={(kind) => set({ kind })} />
        <TextFilter
          label={words.admin.errorCode}
          value={filters.errorCode}
          onSet={(errorCode) => set({ errorCode: errorCode?.toUpperCase() })}
        />
        <TextFilter label={words.admin.tenantId} value={filters.tenantId} onSet={(tenantId) => set({ tenantId })} />
        <TextFilter label={words.admin.assetId} value={filters.assetId} onSet={(assetId) => set({ assetId })} />
      </div>
      <JobTable filters={filters} />
    </div>
  );
}

const HEADS = [
  words.admin.job,
  words.admin.state,
  words.admin.attempts,
  words.admin.error,
  words.admin.took,
  words.admin.created,
];

function JobTable({ filters }: { filters: JobFilters }) {
  const query = usePages(
    ['jobs', 'list', filters],
    (cursor) => ask(api.GET('/jobs', { params: { query: { ...filters, limit: 50, cursor } } })),
    { lookEvery: LOOK_EVERY_MS },
  );
  return (
    <Pages
      query={query}
      skeleton={{ lines: 8, height: 26 }}
      empty={
        <Empty icon="job" title={words.admin.noJobs}>
          {words.admin.noJobsHint}
        </Empty>
      }
    >
      {(jobs) => (
        <Table heads={HEADS}>
          {jobs.map((job) => (
            <JobRow key={job.id} job={job} />
          ))}
        </Table>
      )}
    </Pages>
  );
}

function JobRow({ job }: { job: Schemas['JobSummary'] }) {
  const { id, kind, state, attemptsMade, maxAttempts, errorCode, error, startedAt, finishedAt, createdAt } = job;
  const took =
    startedAt !== null && finishedAt !== null ? new Date(finishedAt).getTime() - new Date(startedAt).getTime() : null;
  return (
    <tr>
      <td>
        <Link to="/admin/jobs/$id" params={{ id }} title={kind}>
          {kindName(kind)}
        </Link>
      </td>
      <td>
        <JobState state={state} />
      </td>
      <td className="number">{words.common.of(String(attemptsMade), String(maxAttempts))}</td>
      <td className="error-cell truncate" title={error ?? undefined}>
        {errorCode !== null && (
          <Link to="/admin/jobs" search={{ state: 'FAILED', errorCode }}>
            {errorCode}
          </Link>
        )}
      </td>
      <td className="number">{took === null ? '–' : duration(took)}</td>
      <td className="muted" title={when(createdAt)}>
        {ago(createdAt)}
      </td>
    </tr>
  );
}
