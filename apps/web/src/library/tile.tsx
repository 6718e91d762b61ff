import { Link } from '@tanstack/react-router';
import { memo, useState } from 'react';
import { Icon, type IconName } from '../ui/icon';
import { bytes } from '../words/format';
import { words } from '../words/words';
import type { AssetSummary } from './filters';
import { placeholder } from './thumbhash';

export const KIND_ICONS: Record<AssetSummary['kind'], IconName> = {
  IMAGE: 'image',
  VIDEO: 'video',
  AUDIO: 'audio',
  DOCUMENT: 'document',
  OTHER: 'document',
};

interface TileProps {
  asset: AssetSummary;
  selected: boolean;
  /** Somebody is choosing: a click chooses as well. */
  choosing: boolean;
  onToggle: (id: string, range: boolean) => void;
}

/** One asset in the grid. */
export const Tile = memo(function Tile({ asset, selected, choosing, onToggle }: TileProps) {
  const { id, filename, title, kind, size, visibility } = asset;
  const name = title ?? filename;
  return (
    <div className="tile" data-selected={selected} data-choosing={choosing}>
      <Link
        to="/assets/$id"
        params={{ id }}
        className="tile-link"
        onClick={(event) => {
          if (!choosing) return;
          event.preventDefault();
          onToggle(id, event.shiftKey);
        }}
      >
        <Picture asset={asset} />
        <span className="tile-name truncate" title={filename}>
          {name}
        </span>
        <span className="tile-facts muted">
          <Icon name={KIND_ICONS[kind]} size={14} />
          {bytes(size)}
          {visibility === 'public' && <Icon name="globe" size={14} />}
          {visibility === 'public' && <span className="hidden-text">{words.asset.public}</span>}
        </span>
      </Link>
      <label className="tile-check">
        <input
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

function Picture({ asset: { thumbnailUrl, thumbhash, kind } }: Pick<TileProps, 'asset'>) {
  const [shown, setShown] = useState<string>();
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
        />
      )}
    </span>
  );
}

export function StatusBadge({ asset: { status, failure } }: Pick<TileProps, 'asset'>) {
  if (status === 'READY') return null;
  return (
    <span className={`badge tile-status ${status === 'FAILED' ? 'danger' : 'accent'}`} title={failure?.reason}>
      {status !== 'FAILED' && <i className="pulse" />}
      {words.asset.status[status]}
    </span>
  );
}
