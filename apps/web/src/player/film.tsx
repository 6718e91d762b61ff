import { useRef, type KeyboardEvent } from 'react';
import type { Asset } from '../asset/queries';
import { Icon } from '../ui/icon';
import { words } from '../words/words';
import { Controls } from './controls';
import { NotPlaying } from './not-playing';
import { useStoryboard } from './storyboard';
import { useHls } from './use-hls';
import { togglePlay, useMedia } from './use-media';
import { usePlayback, type Started } from './use-playback';

const SKIP_SECONDS = 5;

/** A film: its poster, and a player once somebody has asked for it. */
export function Film({ asset }: { asset: Asset }) {
  const control = usePlayback(asset.id);
  const { playback, start, lose } = control;
  const canPlay = (asset.streaming?.renditions ?? []).some(({ height }) => height !== null);
  if (playback.is === 'playing') return <FilmPlayer asset={asset} started={playback.started} onGone={lose} />;
  return (
    <div className="stage film">
      {asset.previewUrl !== null && <img src={asset.previewUrl} alt="" />}
      {playback.is === 'idle' || playback.is === 'starting' ? (
        canPlay && (
          <button
            type="button"
            className="big-play"
            aria-label={words.player.play}
            disabled={playback.is === 'starting'}
            onClick={start}
          >
            <Icon name="play" size={34} />
          </button>
        )
      ) : (
        <NotPlaying control={control} />
      )}
    </div>
  );
}

function FilmPlayer({ asset, started, onGone }: { asset: Asset; started: Started; onGone: () => void }) {
  const frame = useRef<HTMLDivElement>(null);
  const video = useRef<HTMLVideoElement>(null);
  const hls = useHls(video, started.manifestUrl, onGone);
  const state = useMedia(video);
  const frames = useStoryboard(started.storyboardUrl);
  const seek = (seconds: number): void => {
    if (video.current) video.current.currentTime = Math.max(0, seconds);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target instanceof HTMLElement && event.target.closest('input, select, button')) return;
    if (event.key === ' ' || event.key === 'k') togglePlay(video.current);
    else if (event.key === 'ArrowRight') seek(state.seconds + SKIP_SECONDS);
    else if (event.key === 'ArrowLeft') seek(state.seconds - SKIP_SECONDS);
    else return;
    event.preventDefault();
  };
  return (
    <div
      ref={frame}
      className="stage film playing"
      data-idle={!state.paused}
      role="group"
      aria-label={words.player.label(asset.title ?? asset.filename)}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      {/* Captions are in the manifest, where the film has some. */}
      <video ref={video} poster={asset.previewUrl ?? undefined} playsInline onClick={() => togglePlay(video.current)} />
      {state.waiting && <span className="buffering" role="status" aria-label={words.common.loading} />}
      <Controls media={video} frame={frame} state={state} hls={hls} frames={frames} onSeek={seek} />
    </div>
  );
}
