import { useQuery } from '@tanstack/react-query';
import { api, type Schemas } from '../api/client';
import { problemOf } from '../api/problem';
import { Icon } from '../ui/icon';
import { Failed, SkeletonLines } from '../ui/state';
import { Section } from '../ui/section';
import { words } from '../words/words';
import { Stale } from './stale';
import { Storage } from './storage';

type Readiness = Schemas['Readiness'];

const LOOK_EVERY_MS = 5_000;

/** Ready or not, it says how it is: 503 has the same body. */
async function fetchReadiness(): Promise<Readiness> {
  const { data, error, response } = await api.GET('/health/ready');
  const told: unknown = data ?? error;
  if (typeof told === 'object' && told !== null && 'checks' in told) return told as Readiness;
  throw problemOf(error, response);
}

/** Whether all that it needs is there, who works, and what is stored. */
export function SystemPage() {
  const health = useQuery({
    queryKey: ['health'],
    queryFn: fetchReadiness,
    refetchInterval: LOOK_EVERY_MS,
    // The next look is the next try: what is away is said at once.
    retry: false,
  });
  const { data, error, refetch } = health;
  if (!data) return error ? <Failed error={error} retry={() => void refetch()} /> : <SystemSkeleton />;
  const { database, queue, store, worker } = data.checks;
  return (
    <div className="page narrow stack">
      <div className="page-head">
        <h1>{words.nav.system}</h1>
        {error ? (
          <span className="badge danger">{words.admin.noAnswer}</span>
        ) : (
          <span className={`badge ${data.status === 'up' ? 'ok' : 'danger'}`}>
            {data.status === 'up' ? words.admin.allUp : words.admin.notAllUp}
          </span>
        )}
      </div>
      <Stale query={health} />
      <Section id="health" title={words.admin.health}>
        <ul className="lines">
          <CheckLine name={words.admin.checks.database} check={database} />
          <CheckLine name={words.admin.checks.queue} check={queue} />
          <CheckLine name={words.admin.checks.store} check={store} />
          <CheckLine name={words.admin.checks.worker} check={worker} />
        </ul>
      </Section>
      <Workers worker={worker} />
      <Storage />
    </div>
  );
}

const SystemSkeleton = () => (
  <div className="page narrow stack">
    <div className="page-head">
      <h1>{words.nav.system}</h1>
    </div>
    <Section id="health" title={words.admin.health}>
      <div className="body">
        <SkeletonLines lines={4} height={26} />
      </div>
    </Section>
  </div>
);

function CheckLine({ name, check: { status, detail } }: { name: string; check: Schemas['HealthCheck'] }) {
  return (
    <li>
      <span className={status === 'up' ? 'up' : 'down'}>
        <Icon name={status === 'up' ? 'check' : 'warning'} />
      </span>
      <span className="grow">{name}</span>
      <span className="muted small">{detail ?? (status === 'up' ? words.admin.up : words.admin.down)}</span>
    </li>
  );
}

function Workers({ worker: { count: alive = 0, capabilities = [] } }: { worker: Readiness['checks']['worker'] }) {
  return (
    <section className="card" aria-labelledby="workers">
      <header>
        <h2 id="workers">{words.admin.workers}</h2>
        <span className="badge">{words.admin.alive(alive)}</span>
      </header>
      <ul className="lines">
        {capabilities.map(({ ffmpeg, toneMaps, virusScan, missing }, index) => (
          <li key={index}>
            <Icon name="gear" />
            <div className="grow">
              <div className="truncate">{ffmpeg === null ? words.admin.noFfmpeg : words.admin.ffmpeg(ffmpeg)}</div>
              <div className="muted small">
                {[
                  toneMaps ? words.admin.toneMaps : null,
                  virusScan ? words.admin.virusScan : words.admin.noVirusScan,
                  missing.length > 0 ? words.admin.missing(missing.join(', ')) : null,
                ]
                  .filter((part) => part !== null)
                  .join(' · ')}
              </div>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
