import { useState } from 'react';
import { placeholder } from '../../library/thumbhash';
import { KIND_ICONS } from '../../library/tile';
import { Icon } from '../../ui/icon';
import { words } from '../../words/words';
import { nameOf } from '../person';
import type { Post } from '../queries';
import { MediumDialog } from './medium-dialog';

export type Medium = Post['media'][number];

/** What a post shows: small in its card, and large when somebody clicks on it. */
export function PostMedia({ post }: { post: Post }) {
  const { media, author } = post;
  const [shown, setShown] = useState<number>();
  const nameAt = (index: number): string => {
    const kind = words.asset.kind[media[index]?.kind ?? 'OTHER'];
    return words.feed.medium(kind, index + 1, media.length, nameOf(author));
  };
  if (media.length === 0) return null;
  return (
    <>
      <div className="post-media" data-count={Math.min(4, media.length)}>
        {media.map((medium, index) => (
          <MediumButton key={medium.assetId} medium={medium} name={nameAt(index)} onClick={() => setShown(index)} />
        ))}
      </div>
      {shown !== undefined && (
        <MediumDialog
          post={post}
          index={shown}
          name={nameAt(shown)}
          onTurn={setShown}
          onClose={() => setShown(undefined)}
        />
      )}
    </>
  );
}

function MediumButton({ medium, name, onClick }: { medium: Medium; name: string; onClick: () => void }) {
  const { kind, previewUrl, thumbnailUrl, thumbhash, status } = medium;
  const url = previewUrl ?? thumbnailUrl;
  const blur = placeholder(thumbhash);
  return (
    <button
      type="button"
      className="tile-picture"
      aria-label={name}
      style={blur === undefined ? undefined : { backgroundImage: `url(${blur})` }}
      onClick={onClick}
    >
      {url === null ? (
        <Icon name={KIND_ICONS[kind]} size={30} />
      ) : (
        <img src={url} alt="" loading="lazy" data-shown="true" />
      )}
      {kind === 'VIDEO' && url !== null && (
        <span className="play-mark">
          <Icon name="play" size={22} />
        </span>
      )}
      {status !== 'READY' && <span className="badge tile-status">{words.asset.status[status]}</span>}
    </button>
  );
}
