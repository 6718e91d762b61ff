import { useQuery } from '@tanstack/react-query';
import { api, ask } from '../api/client';
import { useUser } from '../session/use-session';
import { isAdmin } from '../shell/pages';
import { ago, when } from '../words/format';
import { Section } from '../ui/section';
import { words } from '../words/words';
import type { Asset } from './queries';

interface Moment {
  key: string;
  at: string;
  what: string;
  who?: string;
}

/** What happened to the asset: its own times for everybody, and who did what for those who may read the audit log. */
export function History({ asset }: { asset: Asset }) {
  const user = useUser();
  const { id } = asset;
  const { data } = useQuery({
    queryKey: ['audit', 'of', id],
    queryFn: () => ask(api.GET('/audit', { params: { query: { subject: id, limit: 50 } } })),
    enabled: isAdmin(user),
  });
  const actions: Record<string, string> = words.audit.actions;
  const logged = (data?.items ?? []).map(({ id: key, at, action, actor }) => ({
    key,
    at,
    what: actions[action] ?? action,
    who: actor?.email ?? undefined,
  }));
  const moments = [...ownMoments(asset), ...logged].sort((one, other) => other.at.localeCompare(one.at));
  return (
    <Section id="history" title={words.asset.history}>
      <ol className="body moments">
        {moments.map(({ key, at, what, who }) => (
          <li key={key}>
            <span>{what}</span>
            {who !== undefined && <span className="muted">{who}</span>}
            <time className="muted" dateTime={at} title={when(at)}>
              {ago(at)}
            </time>
          </li>
        ))}
      </ol>
    </Section>
  );
}

function ownMoments({ createdAt, readyAt, deletedAt }: Asset): Moment[] {
  const moments = [
    { key: 'created', at: createdAt, what: words.asset.moments.created },
    { key: 'ready', at: readyAt, what: words.asset.moments.ready },
    { key: 'deleted', at: deletedAt, what: words.asset.moments.deleted },
  ];
  return moments.filter((moment): moment is Moment => moment.at !== null);
}
