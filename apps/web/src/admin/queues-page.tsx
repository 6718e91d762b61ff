import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, ask, type Schemas } from '../api/client';
import { Button } from '../ui/button';
import { Failed, SkeletonLines } from '../ui/state';
import { useChange } from '../ui/use-change';
import { count, duration } from '../words/format';
import { words } from '../words/words';
import { Chart } from './chart';
import type { JobKind } from './filters';
import { kindName } from './kind-name';
import { Stale } from './stale';
import { useJobSamples, type Sample } from './samples';

/** How the work stands at the moment. */
export function QueuesPage() {
  const query = useJobSamples();
  const { data: samples, error, refetch } = query;
  if (!samples && error) return <Failed error={error} retry={() => void refetch()} />;
  const of = (name: keyof Sample) => (samples ?? []).map((sample) => ({ at: sample.at, value: sample[name] }));
  return (
    <div className="page stack">
      <div className="page-head">
        <div>
          <h1>{words.nav.queues}</h1>
          <p className="muted">{words.admin.live}</p>
        </div>
      </div>
      <Stale query={query} />
      <div className="charts">
        <Chart label={words.admin.waiting} points={of('waiting')} say={count} />
        <Chart label={words.admin.active} points={of('active')} say={count} tone="ok" />
        <Chart label={words.admin.failed} points={of('failed')} say={count} tone="danger" />
        <Chart
          label={words.admin.throughput}
          points={of('throughput')}
          say={(value) => words.admin.aMinute(count(Math.round(value)))}
          tone="ok"
        />
        <Chart
          label={words.admin.oldest}
          points={of('oldest')}
          say={(value) => (value === 0 ? '–' : duration(value * 1000))}
          tone="warn"
        />
      </div>
      <QueueTable />
    </div>
  );
}

const LOOK_EVERY_MS = 2_000;

function QueueTable() {
  const { data, error, refetch } = useQuery({
    queryKey: ['queues'],
    queryFn: () => ask(api.GET('/queues')),
    refetchInterval: LOOK_EVERY_MS,
  });
  if (!data)
    return error ? (
      <Failed error={error} retry={() => void refetch()} />
    ) : (
      <div className="card body">
        <SkeletonLines lines={9} height={26} />
      </div>
    );
  return (
    <div className="card table-wrap">
      <table className="table">
        <thead>
          <tr>
            <th>{words.admin.queue}</th>
            <th className="end">{words.admin.waiting}</th>
            <th className="end">{words.admin.active}</th>
            <th className="end">{words.admin.failed}</th>
            <th className="end">{words.admin.completed}</th>
            <th className="end">{words.admin.oldest}</th>
            <th className="end">
              <span className="hidden-text">{words.admin.actions}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {data.items.map((queue) => (
            <QueueRow key={queue.name} queue={queue} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function QueueRow({ queue: { name, paused, counts } }: { queue: Schemas['Queue'] }) {
  const { mutate, isPending } = useChange(() => {
    const params = { path: { name } };
    return ask(paused ? api.POST('/queues/{name}/resume', { params }) : api.POST('/queues/{name}/pause', { params }));
  }, ['queues']);
  const kind = name as JobKind;
  return (
    <tr>
      <td>
        <div className="row">
          <Link to="/admin/jobs" search={{ kind }} title={name}>
            {kindName(name)}
          </Link>
          {paused && <span className="badge warn">{words.admin.paused}</span>}
        </div>
      </td>
      <td className="end number">{count(counts.waiting + counts.delayed)}</td>
      <td className="end number">{count(counts.active)}</td>
      <td className="end number">
        {counts.failed === 0 ? (
          0
        ) : (
          <Link to="/admin/jobs" search={{ kind, state: 'FAILED' }}>
            {count(counts.failed)}
          </Link>
        )}
      </td>
      <td className="end number">{count(counts.completed)}</td>
      <td className="end number">
        {counts.oldestWaitingSeconds === 0 ? '–' : duration(counts.oldestWaitingSeconds * 1000)}
      </td>
      <td className="end">
        <Button small icon={paused ? 'play' : 'pause'} disabled={isPending} onClick={() => mutate()}>
          {paused ? words.admin.resume : words.admin.pause}
        </Button>
      </td>
    </tr>
  );
}
