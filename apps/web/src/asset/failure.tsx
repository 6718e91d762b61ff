import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, ask } from '../api/client';
import { useUser } from '../session/use-session';
import { isAdmin } from '../shell/pages';
import { Button, buttonClass } from '../ui/button';
import { Icon } from '../ui/icon';
import { FilePicker } from '../uploads/file-picker';
import { sayFailure } from '../words/said';
import { words } from '../words/words';
import type { Asset } from './queries';

/** Why nothing became of a file, and what to do. */
export function Failure({ asset: { id, failure } }: { asset: Asset }) {
  const user = useUser();
  const code = failure?.code ?? '';
  const advice: Record<string, string> = words.asset.advice;
  return (
    <div className="stage failure" role="alert">
      <Icon name="warning" size={40} />
      <h2>{words.asset.failed}</h2>
      <p>{sayFailure(code, failure?.reason ?? '')}</p>
      <p className="muted">{advice[code] ?? words.asset.adviceElse}</p>
      <div className="row wrap center">
        <FilePicker>
          {(open) => (
            <Button icon="upload" onClick={open}>
              {words.asset.uploadAnother}
            </Button>
          )}
        </FilePicker>
        {isAdmin(user) && <JobLink assetId={id} />}
      </div>
      <code className="muted">{code}</code>
    </div>
  );
}

function JobLink({ assetId }: { assetId: string }) {
  const { data } = useQuery({
    queryKey: ['jobs', 'of', assetId],
    queryFn: () => ask(api.GET('/jobs', { params: { query: { assetId, state: 'FAILED', limit: 1 } } })),
  });
  const job = data?.items[0];
  if (!job) return null;
  return (
    <Link to="/admin/jobs/$id" params={{ id: job.id }} className={buttonClass({})}>
      <Icon name="job" />
      {words.asset.seeJob}
    </Link>
  );
}
