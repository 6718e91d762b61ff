import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { ApiProblem } from '../api/problem';
import { NotFound } from '../shell/lost';
import { Icon } from '../ui/icon';
import { Failed, SkeletonLines } from '../ui/state';
import { words } from '../words/words';
import { PostCard } from './post/post-card';
import { postQuery } from './queries';

const MISSING = 404;

/** One post, as notifications lead to it. */
export function PostPage() {
  const { id } = useParams({ from: '/inside/posts/$id' });
  const { data, error, refetch } = useQuery(postQuery(id));
  if (error instanceof ApiProblem && error.status === MISSING) return <NotFound />;
  return (
    <div className="page narrow stack">
      <div className="page-head">
        <div className="row">
          <Link to="/feed" className="button quiet icon" aria-label={words.asset.back}>
            <Icon name="back" />
          </Link>
          <h1>{words.feed.one}</h1>
        </div>
      </div>
      {data ? (
        <PostCard post={data} />
      ) : error ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : (
        <div className="card body">
          <SkeletonLines lines={4} height={32} />
        </div>
      )}
    </div>
  );
}
