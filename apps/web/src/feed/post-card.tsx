import { Link } from '@tanstack/react-router';
import { api, ask } from '../api/client';
import { placeholder } from '../library/thumbhash';
import { KIND_ICONS } from '../library/tile';
import { useUser } from '../session/use-session';
import { Button, IconButton } from '../ui/button';
import { Icon } from '../ui/icon';
import { useChange } from '../ui/use-change';
import { ago, count, when } from '../words/format';
import { words } from '../words/words';
import { Avatar, PersonName } from './person';
import { POSTS, useLike, type Post } from './queries';

export function PostCard({ post }: { post: Post }) {
  const { id, author, title, text, media, likes, likedByYou, createdAt } = post;
  const user = useUser();
  const like = useLike(post);
  const remove = useChange(() => ask(api.DELETE('/posts/{id}', { params: { path: { id } } })), POSTS);
  return (
    <article className="card post">
      <header>
        <div className="row grow">
          <Avatar person={author} />
          <div className="grow">
            <PersonName person={author} />
            <div className="muted small">
              <time dateTime={createdAt} title={when(createdAt)}>
                {ago(createdAt)}
              </time>
            </div>
          </div>
          {author.id === user.id && (
            <IconButton small icon="trash" label={words.feed.delete} onClick={() => remove.mutate()} />
          )}
        </div>
      </header>
      <div className="body stack tight">
        {title !== null && <h2>{title}</h2>}
        {text !== '' && <p className="pre wrap-anywhere">{text}</p>}
        {media.length > 0 && (
          <div className="post-media" data-count={Math.min(4, media.length)}>
            {media.map((one) => (
              <Medium key={one.assetId} medium={one} />
            ))}
          </div>
        )}
        <div>
          <Button small kind="quiet" aria-pressed={likedByYou} className="like" onClick={() => like.mutate()}>
            <Icon name="heart" size={16} />
            {count(likes)}
            <span className="hidden-text">{likedByYou ? words.feed.unlike : words.feed.like}</span>
          </Button>
        </div>
      </div>
    </article>
  );
}

function Medium({ medium }: { medium: Post['media'][number] }) {
  const { assetId, kind, previewUrl, thumbnailUrl, thumbhash, status } = medium;
  const url = previewUrl ?? thumbnailUrl;
  const blur = placeholder(thumbhash);
  return (
    <Link
      to="/assets/$id"
      params={{ id: assetId }}
      className="tile-picture"
      aria-label={words.asset.kind[kind]}
      style={blur === undefined ? undefined : { backgroundImage: `url(${blur})` }}
    >
      {url === null ? (
        <Icon name={KIND_ICONS[kind]} size={30} />
      ) : (
        <img src={url} alt="" loading="lazy" data-shown="true" />
      )}
      {status !== 'READY' && <span className="badge tile-status">{words.asset.status[status]}</span>}
    </Link>
  );
}
