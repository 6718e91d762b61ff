import { useQuery } from '@tanstack/react-query';
import { api, ask } from '../api/client';
import { Failed, SkeletonLines } from '../ui/state';
import { bytes, count } from '../words/format';
import { words } from '../words/words';

/** How much there is of what, in the whole installation. */
export function Storage() {
  const { data, error, refetch } = useQuery({
    queryKey: ['stats', 'storage'],
    queryFn: () => ask(api.GET('/stats/assets', { params: { query: { groupBy: 'kind', scope: 'all' } } })),
  });
  return (
    <section className="card" aria-labelledby="storage">
      <header>
        <h2 id="storage">{words.admin.storage}</h2>
        {data && <span className="badge">{describe(data.totals.assets, data.totals.bytes)}</span>}
      </header>
      <div className="body">
        {!data && (error ? <Failed error={error} retry={() => void refetch()} /> : <SkeletonLines />)}
        {data && (
          <dl className="usage">
            {data.groups.map(({ key, assets, bytes: size }) => (
              <div key={key}>
                <dt>{nameOf(key)}</dt>
                <dd className="muted number">{describe(assets, size)}</dd>
                <dd className="bar">
                  <i style={{ width: `${data.totals.bytes === 0 ? 0 : (size / data.totals.bytes) * 100}%` }} />
                </dd>
              </div>
            ))}
          </dl>
        )}
      </div>
    </section>
  );
}

const nameOf = (key: string | null): string => {
  const names: Record<string, string> = words.asset.kind;
  return names[key ?? ''] ?? key ?? words.common.unknown;
};

const describe = (assets: number, size: number): string => `${words.admin.assets(count(assets))} · ${bytes(size)}`;
