import { lazy, Suspense } from 'react';
import { KIND_ICONS } from '../library/tile';
import { placeholder } from '../library/thumbhash';
import { Icon } from '../ui/icon';
import { duration, percent } from '../words/format';
import { sayFailure } from '../words/said';
import { words } from '../words/words';
import { Failure } from './failure';
import { readMetadata } from './metadata';
import type { Asset } from './queries';

const Film = lazy(() => import('../player/film').then(({ Film: component }) => ({ default: component })));
const Sound = lazy(() => import('../player/sound').then(({ Sound: component }) => ({ default: component })));

/** What the asset looks or sounds like; what is being made of it until then; why nothing will be. */
export function Stage({ asset }: { asset: Asset }) {
  if (asset.status === 'FAILED') return <Failure asset={asset} />;
  if (asset.status !== 'READY')
    return (
      <div className="stage" style={backdrop(asset)}>
        <span className="badge accent">
          <i className="pulse" />
          {words.asset.processing[asset.status]}
        </span>
      </div>
    );
  if (asset.kind === 'VIDEO' && asset.deletedAt === null)
    return (
      <Suspense
        fallback={
          <div className="stage film">{asset.previewUrl !== null && <img src={asset.previewUrl} alt="" />}</div>
        }
      >
        <Film
          id={asset.id}
          name={asset.title ?? asset.filename}
          posterUrl={asset.previewUrl}
          canPlay={(asset.streaming?.renditions ?? []).some(({ height }) => height !== null)}
        />
        <StreamProgress asset={asset} />
      </Suspense>
    );
  if (asset.kind === 'AUDIO' && asset.deletedAt === null)
    return (
      <Suspense fallback={<div className="stage short" />}>
        <Sound id={asset.id} waveformUrl={asset.waveformUrl} seconds={secondsOf(asset)} />
      </Suspense>
    );
  return <Still asset={asset} />;
}

const secondsOf = ({ metadata }: Asset): number | null => {
  const { durationMs } = readMetadata(metadata);
  return durationMs === null ? null : durationMs / 1000;
};

const backdrop = ({ thumbhash }: Asset) => {
  const blur = placeholder(thumbhash);
  return blur === undefined ? undefined : { backgroundImage: `url(${blur})` };
};

function Still({ asset }: { asset: Asset }) {
  const { previewUrl, filename, title, width, height, kind } = asset;
  if (previewUrl === null)
    return (
      <div className="stage">
        <Icon name={KIND_ICONS[kind]} size={48} />
        <span className="muted">{words.asset.noPreview}</span>
      </div>
    );
  return (
    <figure className="stage" data-paper={kind === 'DOCUMENT'}>
      <img
        src={previewUrl}
        alt={title ?? filename}
        style={{ ...backdrop(asset), ...(width && height && { aspectRatio: `${width} / ${height}` }) }}
      />
    </figure>
  );
}

/** While the streams of a film are made: how far, and how long still. */
function StreamProgress({ asset: { streaming } }: { asset: Asset }) {
  if (!streaming || streaming.status === 'READY') return null;
  if (streaming.status === 'FAILED')
    return (
      <div className="notice danger">
        <Icon name="warning" />
        <span>{words.asset.streamsFailed(sayFailure(streaming.failure?.code, streaming.failure?.reason ?? ''))}</span>
      </div>
    );
  const left = streaming.remainingSeconds;
  return (
    <div className="card body-only">
      <div className="row between small">
        <span>{words.asset.makingStreams(streaming.currentRendition)}</span>
        <span className="muted number">
          {percent(streaming.percent / 100)}
          {left !== null && ` · ${words.uploads.left(duration(left * 1000))}`}
        </span>
      </div>
      <div className="bar">
        <i style={{ width: `${streaming.percent}%` }} />
      </div>
    </div>
  );
}
