import { Link } from '@tanstack/react-router';
import { useUser } from '../../session/use-session';
import { Button } from '../../ui/button';
import { Icon } from '../../ui/icon';
import { ago, count, when } from '../../words/format';
import { words } from '../../words/words';
import { Avatar, PersonName } from '../person';
import { useLike, type Post } from '../queries';
import { PostActions } from './post-actions';
import { PostMedia } from './post-media';
import { PostText } from './post-text';

export function PostCard({ post }: { post: Post }) {
  const { id, author, title, text, likes, likedByYou, createdAt, editedAt } = post;
  const user = useUser();
  const like = useLike(post);
  return (
    <article className="card post">
      <header>
        <div className="row grow">
          <Avatar person={author} />
          <div className="grow">
            <PersonName person={author} />
            <div className="muted small">
              <Link to="/posts/$id" params={{ id }} className="line-link">
                <time dateTime={createdAt} title={when(createdAt)}>
                  {ago(createdAt)}
                </time>
              </Link>
              {editedAt !== null && ` · ${words.feed.edited}`}
            </div>
          </div>
          {author.id === user.id && <PostActions post={post} />}
        </div>
      </header>
      <div className="body stack tight">
        {title !== null && <h2>{title}</h2>}
        {text !== '' && <PostText post={post} />}
        <PostMedia post={post} />
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
