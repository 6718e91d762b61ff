import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { api, ask, type Schemas } from '../api/client';
import { hasCode } from '../api/problem';
import { useUser } from '../session/use-session';
import { NotFound } from '../shell/lost';
import { usePageTitle } from '../shell/title';
import { Button } from '../ui/button';
import { Icon } from '../ui/icon';
import { Failed, SkeletonLines } from '../ui/state';
import { say, sayFailed } from '../ui/toasts';
import { duration, when } from '../words/format';
import { Section } from '../ui/section';
import { words } from '../words/words';
import { JobState } from './job-state';
import { kindName } from './kind-name';

type Job = Schemas['Job'];

const LOOK_EVERY_MS = 1_500;
const isOver = ({ state }: Job): boolean => ['COMPLETED', 'FAILED', 'CANCELLED'].includes(state);

/** One job, with what became of each attempt. */
export function JobPage() {
  const { id } = useParams({ from: '/inside/admin/jobs/$id' });
  const queryClient = useQueryClient();
  const key = ['jobs', 'one', id];
  const { data, error, refetch } = useQuery({
    queryKey: key,
    queryFn: () => ask(api.GET('/jobs/{id}', { params: { path: { id } } })),
    refetchInterval: ({ state }) => (state.data && isOver(state.data) ? false : LOOK_EVERY_MS),
  });
  const act = useMutation({
    mutationFn: (what: 'retry' | 'cancel') => ask(api.POST(`/jobs/{id}/${what}`, { params: { path: { id } } })),
    onSuccess: (job, what) => {
      queryClient.setQueryData(key, job);
      say(what === 'retry' ? words.admin.retried(1) : words.admin.cancelled);
    },
    onError: sayFailed,
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['jobs'] }),
  });
  usePageTitle(data && kindName(data.kind));
  if (hasCode(error, 'JOB_NOT_FOUND', 'VALIDATION_FAILED')) return <NotFound />;
  if (!data) return error ? <Failed error={error} retry={() => void refetch()} /> : <JobSkeleton />;
  return (
    <div className="page narrow stack">
      <div className="page-head">
        <div className="row grow title">
          <Link to="/admin/jobs" className="button quiet icon" aria-label={words.asset.back}>
            <Icon name="back" />
          </Link>
          <h1 className="truncate" title={data.kind}>
            {kindName(data.kind)}
          </h1>
          <JobState state={data.state} />
        </div>
        {(data.state === 'FAILED' || data.state === 'CANCELLED') && (
          <Button kind="primary" icon="retry" disabled={act.isPending} onClick={() => act.mutate('retry')}>
            {words.admin.retry}
          </Button>
        )}
        {!isOver(data) && (
          <Button icon="close" disabled={act.isPending} onClick={() => act.mutate('cancel')}>
            {words.admin.cancel}
          </Button>
        )}
      </div>
      {data.state === 'FAILED' && (
        <div className="notice danger">
          <Icon name="warning" />
          <span>
            <strong>{data.errorCode}</strong> {data.error}
          </span>
        </div>
      )}
      <JobFacts job={data} />
      <Attempts attempts={data.attempts} />
      <section className="card">
        <header>
          <h2>{words.admin.payload}</h2>
        </header>
        <pre className="body payload" tabIndex={0}>
          {JSON.stringify(data.payload, null, 2)}
        </pre>
      </section>
    </div>
  );
}

const JobSkeleton = () => (
  <div className="page narrow stack">
    <div className="page-head">
      <div className="skeleton" style={{ width: 220, height: 34 }} />
    </div>
    <div className="card body">
      <SkeletonLines lines={6} />
    </div>
  </div>
);

function JobFacts({ job }: { job: Job }) {
  const { id, tier, tenantId, tenantName, assetId, assetName, createdAt, runAt, finishedAt, losses } = job;
  // Of another team it is not to be seen, not even by those who run the installation.
  const isOurs = useUser().tenantId === tenantId;
  const asset =
    isOurs && assetId !== null ? (
      <Link to="/assets/$id" params={{ id: assetId }}>
        {assetName}
      </Link>
    ) : (
      assetName
    );
  return (
    <section className="card">
      <dl className="body facts">
        <dt>{words.asset.fact.id}</dt>
        <dd>
          <code className="wrap-anywhere">{id}</code>
        </dd>
        {assetId !== null && (
          <>
            <dt>{words.admin.asset}</dt>
            <dd>
              {assetName !== null && <div className="wrap-anywhere">{asset}</div>}
              <code className="wrap-anywhere muted">{assetId}</code>
            </dd>
          </>
        )}
        <dt>{words.admin.tenant}</dt>
        <dd>
          <Link to="/admin/jobs" search={{ tenantId }}>
            {tenantName ?? tenantId}
          </Link>
        </dd>
        <dt>{words.admin.tier}</dt>
        <dd>{words.admin.tiers[tier]}</dd>
        <dt>{words.admin.created}</dt>
        <dd>{when(createdAt)}</dd>
        <dt>{finishedAt === null ? words.admin.runAt : words.admin.finished}</dt>
        <dd>{when(finishedAt ?? runAt)}</dd>
        {losses > 0 && (
          <>
            <dt>{words.admin.losses}</dt>
            <dd>{losses}</dd>
          </>
        )}
      </dl>
    </section>
  );
}

function Attempts({ attempts }: { attempts: Job['attempts'] }) {
  return (
    <Section id="attempts" title={words.admin.attempts}>
      {attempts.length === 0 && <p className="body muted">{words.admin.noAttempts}</p>}
      <ol className="attempts">
        {attempts.map(({ number, outcome, workerId, errorCode, error, startedAt, finishedAt }) => (
          <li key={number}>
            <div className="row between wrap">
              <div className="row">
                <strong className="number">{words.admin.attempt(number)}</strong>
                <JobState state={outcome} />
              </div>
              <span className="muted small number">
                {when(startedAt)}
                {finishedAt !== null &&
                  ` · ${duration(new Date(finishedAt).getTime() - new Date(startedAt).getTime())}`}
              </span>
            </div>
            {errorCode !== null && (
              <p className="field-error wrap-anywhere">
                {errorCode}: {error}
              </p>
            )}
            <div className="muted small wrap-anywhere">{words.admin.by(workerId)}</div>
          </li>
        ))}
      </ol>
    </Section>
  );
}
