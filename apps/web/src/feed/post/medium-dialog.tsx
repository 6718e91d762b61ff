import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { KIND_ICONS } from '../../library/tile';
import { useUser } from '../../session/use-session';
import { Button, buttonClass, IconButton } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import { Icon } from '../../ui/icon';
import { words } from '../../words/words';
import { postQuery, type Post } from '../queries';
import type { Medium } from './post-media';

const Film = lazy(() => import('../../player/film').then(({ Film: component }) => ({ default: component })));
const Sound = lazy(() => import('../../player/sound').then(({ Sound: component }) => ({ default: component })));

interface MediumDialogProps {
  post: Post;
  index: number;
  name: string;
  onTurn: (index: number) => void;
  onClose: () => void;
}

/** One medium of a post, large. It is shown here, since its own page is for those alone whose library it is in. */
export function MediumDialog({ post, index, name, onTurn, onClose }: MediumDialogProps) {
  // A post that has been on the screen for long has addresses that are over.
  const { data = post } = useQuery(postQuery(post.id));
  const isMine = useUser().id === post.author.id;
  const medium = data.media[index];
  if (!medium) return null;
  const { assetId, fileUrl } = medium;
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title={name}
      actions={
        <>
          {data.media.length > 1 && (
            <div className="row grow">
              <IconButton
                icon="left"
                label={words.feed.before}
                disabled={index === 0}
                onClick={() => onTurn(index - 1)}
              />
              <IconButton
                icon="right"
                label={words.feed.after}
                disabled={index === data.media.length - 1}
                onClick={() => onTurn(index + 1)}
              />
            </div>
          )}
          {isMine && (
            <Link to="/assets/$id" params={{ id: assetId }} className={buttonClass({})}>
              {words.feed.inLibrary}
            </Link>
          )}
          {fileUrl !== null && (
            <a href={fileUrl} download className={buttonClass({})}>
              <Icon name="download" />
              {words.asset.download}
            </a>
          )}
          <Button onClick={onClose}>{words.common.close}</Button>
        </>
      }
    >
      <Suspense fallback={<div className="stage" />}>
        <Large key={assetId} medium={medium} name={name} />
      </Suspense>
    </Dialog>
  );
}

function Large({ medium, name }: { medium: Medium; name: string }) {
  const { assetId, kind, status, previewUrl, animatedPreviewUrl } = medium;
  if (kind === 'VIDEO') return <Film id={assetId} name={name} posterUrl={previewUrl} canPlay={status === 'READY'} />;
  if (kind === 'AUDIO') return <Sound id={assetId} waveformUrl={null} seconds={null} />;
  const url = animatedPreviewUrl ?? previewUrl;
  return url === null ? (
    <div className="stage">
      <Icon name={KIND_ICONS[kind]} size={48} />
      <span className="muted">{words.asset.noPreview}</span>
    </div>
  ) : (
    <figure className="stage" data-paper={kind === 'DOCUMENT'}>
      <img src={url} alt={name} />
    </figure>
  );
}
