import { useQuery } from '@tanstack/react-query';
import { api, ask, type Schemas } from '../api/client';
import { Failed, SkeletonLines } from '../ui/state';
import { bytes, count } from '../words/format';
import { Section } from '../ui/section';
import { words } from '../words/words';

type Figures = Schemas['TenantUsage'];

const ROWS: [keyof Figures, string, (value: number) => string][] = [
  ['bytes', words.account.bytes, bytes],
  ['files', words.account.files, count],
  ['monthlyUploads', words.account.monthlyUploads, count],
  ['transcodeMinutes', words.account.transcodeMinutes, count],
];

/** Share of a limit from which on it is shown as nearly used up. */
const NEARLY = 0.9;

export function UsageBars({ usage }: { usage: Figures }) {
  return (
    <dl className="usage">
      {ROWS.map(([name, label, format]) => {
        const { used, limit } = usage[name];
        const share = limit === null || limit === 0 ? 0 : Math.min(1, used / limit);
        return (
          <div key={name}>
            <dt>{label}</dt>
            <dd className="muted number">
              {limit === null ? format(used) : words.common.of(format(used), format(limit))}
            </dd>
            {limit !== null && (
              <dd className={`bar ${share >= NEARLY ? 'danger' : ''}`}>
                <i style={{ width: `${share * 100}%` }} />
              </dd>
            )}
          </div>
        );
      })}
    </dl>
  );
}

/** What the tenant has and may have. */
export function Usage() {
  const { data, error, refetch } = useQuery({
    queryKey: ['tenant', 'usage'],
    queryFn: () => ask(api.GET('/tenant/usage')),
  });
  return (
    <Section id="usage" title={words.account.usage}>
      <div className="body">
        {data ? (
          <UsageBars usage={data} />
        ) : error ? (
          <Failed error={error} retry={() => void refetch()} />
        ) : (
          <SkeletonLines lines={4} />
        )}
      </div>
    </Section>
  );
}
