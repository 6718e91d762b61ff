import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { api, ask, type Schemas } from '../api/client';
import { ApiProblem } from '../api/problem';
import { PeopleDialog } from '../people/people-dialog';
import { useUser } from '../session/use-session';
import { NotFound } from '../shell/lost';
import { usePageTitle } from '../shell/title';
import { Button } from '../ui/button';
import { Empty, Failed, SkeletonLines } from '../ui/state';
import { useChange } from '../ui/use-change';
import { words } from '../words/words';
import { nameOf } from './person';
import { Posts } from './posts';
import { profileQuery, refreshPosts } from './queries';

const MISSING = 404;

/** One person: who they are, and what they have posted. */
export function ProfilePage() {
  const { username } = useParams({ from: '/inside/people/$username' });
  const user = useUser();
  const [shown, setShown] = useState<{ username: string; of: 'followers' | 'following' }>();
  const { data, error, refetch } = useQuery(profileQuery(username));
  usePageTitle(data && nameOf(data));
  if (error instanceof ApiProblem && error.status === MISSING) return <NotFound />;
  if (!data) return error ? <Failed error={error} retry={() => void refetch()} /> : <ProfileSkeleton />;
  return (
    <div className="page narrow stack">
      <section className="card profile">
        <img className="avatar large" src={data.avatarUrl} alt="" width={84} height={84} />
        <div className="grow stack tight">
          <div className="row wrap between">
            <div>
              <h1>{nameOf(data)}</h1>
              {data.username !== null && <p className="muted">@{data.username}</p>}
            </div>
            <FollowButton profile={data} username={username} />
          </div>
          {data.bio !== null && <p className="pre">{data.bio}</p>}
          <div className="row wrap muted">
            <span>{words.feed.posts(data.posts)}</span>
            <Button kind="quiet" className="link" onClick={() => setShown({ username, of: 'followers' })}>
              {words.feed.followers(data.followers)}
            </Button>
            <Button kind="quiet" className="link" onClick={() => setShown({ username, of: 'following' })}>
              {words.feed.followed(data.following)}
            </Button>
            {data.you.areFollowed && <span className="badge">{words.feed.followsYou}</span>}
          </div>
        </div>
      </section>
      {/* A name in it leads to another profile, where it is over. */}
      {shown?.username === username && <PeopleDialog {...shown} onClose={() => setShown(undefined)} />}
      <Posts
        source={{ of: 'person', username }}
        looks={data.you.follow !== 'yes' && data.id !== user.id}
        empty={<Empty icon="feed" title={data.isPrivate ? words.feed.private : words.feed.noPosts} />}
      />
    </div>
  );
}

const ProfileSkeleton = () => (
  <div className="page narrow stack">
    <section className="card profile">
      <div className="skeleton avatar large" />
      <div className="grow">
        <SkeletonLines lines={4} />
      </div>
    </section>
  </div>
);

function FollowButton({ profile, username }: { profile: Schemas['Profile']; username: string }) {
  const user = useUser();
  const queryClient = useQueryClient();
  const { follow, block } = profile.you;
  const params = { path: { username } };
  const refreshes = ['people', 'one', username];
  const followed = useChange(
    () =>
      ask(
        follow === 'no'
          ? api.PUT('/users/{username}/follow', { params })
          : api.DELETE('/users/{username}/follow', { params }),
      ),
    refreshes,
  );
  const blocked = useChange(
    (): Promise<unknown> =>
      block
        ? ask(api.DELETE('/users/{username}/block', { params }))
        : ask(api.PUT('/users/{username}/block', { params })),
    refreshes,
  );
  if (profile.id === user.id) return null;
  const onSettled = (): void => void refreshPosts(queryClient);
  return (
    <div className="row">
      {!block && (
        <Button
          kind={follow === 'no' ? 'primary' : 'plain'}
          disabled={followed.isPending}
          onClick={() => followed.mutate(undefined, { onSettled })}
        >
          {words.feed.follow[follow]}
        </Button>
      )}
      <Button danger={!block} disabled={blocked.isPending} onClick={() => blocked.mutate(undefined, { onSettled })}>
        {block ? words.people.unblock : words.people.block}
      </Button>
    </div>
  );
}
