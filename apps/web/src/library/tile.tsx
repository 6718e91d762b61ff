import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { memo, useId, useRef, useState } from 'react';
import { Icon, type IconName } from '../ui/icon';
import { bytes } from '../words/format';
import { sayFailure } from '../words/said';
import { words } from '../words/words';
import type { AssetSummary } from './filters';
import { renewPicture } from './lists';
import { placeholder } from './thumbhash';

export const KIND_ICONS: Record<AssetSummary['kind'], IconName> = {
  IMAGE: 'image',
  VIDEO: 'video',
  AUDIO: 'audio',
  DOCUMENT: 'document',
  OTHER: 'document',
};

/** Milliseconds within which the URL of a picture is renewed once. */
const RENEWED_MS = 60_000;

interface TileProps {
  asset: AssetSummary;
  selected: boolean;
  /** Somebody is choosing: a click chooses as well. */
  choosing: boolean;
  /** It has a page of its own; what has none is chosen by a click. */
  opens: boolean;
  onToggle: (id: string, range: boolean) => void;
}

/** One asset in the grid. */
export const Tile = memo(function Tile({ asset, selected, choosing, opens, onToggle }: TileProps) {
  const { id, filename, title } = asset;
  const name = title ?? filename;
  const box = useId();
  return (
    <div className="tile" data-selected={selected} data-choosing={choosing}>
      {opens ? (
        <Link
          to="/assets/$id"
          params={{ id }}
          state={{ fromList: true }}
          className="tile-link"
          onClick={(event) => {
            if (!choosing) return;
            event.preventDefault();
            onToggle(id, event.shiftKey);
          }}
        >
          <Face asset={asset} />
        </Link>
      ) : (
        <label htmlFor={box} className="tile-link">
          <Face asset={asset} />
        </label>
      )}
      <label className="tile-check">
        <input
          id={box}
          type="checkbox"
          checked={selected}
          aria-label={words.library.select(name)}
          onClick={(event) => onToggle(id, event.shiftKey)}
          onChange={() => undefined}
        />
      </label>
      <StatusBadge asset={asset} />
    </div>
  );
});

function Face({ asset }: Pick<TileProps, 'asset'>) {
  const { filename, title, kind, size, visibility } = asset;
  return (
    <>
      <Picture asset={asset} />
      <span className="tile-name truncate" title={filename}>
        {title ?? filename}
      </span>
      <span className="tile-facts muted">
        <Icon name={KIND_ICONS[kind]} size={14} />
        {bytes(size)}
        {visibility === 'public' && <Icon name="globe" size={14} />}
        {visibility === 'public' && <span className="hidden-text">{words.asset.public}</span>}
      </span>
    </>
  );
}

function Picture({ asset: { id, thumbnailUrl, thumbhash, kind } }: Pick<TileProps, 'asset'>) {
  const [shown, setShown] = useState<string>();
  const queryClient = useQueryClient();
  const renewed = useRef(0);
  const renew = (): void => {
    // One that is broken for good is not asked for without end.
    if (Date.now() - renewed.current < RENEWED_MS) return;
    renewed.current = Date.now();
    renewPicture(queryClient, id);
  };
  const blur = placeholder(thumbhash);
  return (
    <span className="tile-picture" style={blur === undefined ? undefined : { backgroundImage: `url(${blur})` }}>
      {thumbnailUrl === null ? (
        blur === undefined && <Icon name={KIND_ICONS[kind]} size={30} />
      ) : (
        <img
          src={thumbnailUrl}
          alt=""
          loading="lazy"
          decoding="async"
          data-shown={shown === thumbnailUrl}
          onLoad={() => setShown(thumbnailUrl)}
          onError={renew}
        />
      )}
    </span>
  );
}

export function StatusBadge({ asset: { status, failure } }: Pick<TileProps, 'asset'>) {
  if (status === 'READY') return null;
  const reason = failure ? sayFailure(failure.code, failure.reason) : undefined;
  return (
    <span className={`badge tile-status ${status === 'FAILED' ? 'danger' : 'accent'}`} title={reason}>
      {status !== 'FAILED' && <i className="pulse" />}
      {words.asset.status[status]}
    </span>
  );
}
