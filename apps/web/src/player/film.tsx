import { useRef, type KeyboardEvent } from 'react';
import { Icon } from '../ui/icon';
import { words } from '../words/words';
import { Controls } from './controls';
import { NotPlaying } from './not-playing';
import { useStoryboard } from './storyboard';
import { useFollowFocus } from './use-follow-focus';
import { useHls } from './use-hls';
import { togglePlay, useMedia } from './use-media';
import { usePlayback, type PlaybackControl, type Started } from './use-playback';

const SKIP_SECONDS = 5;

export interface FilmProps {
  id: string;
  name: string;
  posterUrl: string | null;
  /** Whether there is a stream of it already. */
  canPlay: boolean;
}

/** A film: its poster, and a player once somebody has asked for it. */
export function Film(film: FilmProps) {
  const stage = useRef<HTMLDivElement>(null);
  const control = usePlayback(film.id);
  const { playback } = control;
  useFollowFocus(stage, playback.is);
  return (
    <div ref={stage}>
      {playback.is === 'playing' ? (
        <FilmPlayer film={film} started={playback.started} control={control} />
      ) : (
        <Poster film={film} control={control} />
      )}
    </div>
  );
}

function Poster({ film: { posterUrl, canPlay }, control }: { film: FilmProps; control: PlaybackControl }) {
  const { playback, start } = control;
  return (
    <div className="stage film">
      {posterUrl !== null && <img src={posterUrl} alt="" />}
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

interface FilmPlayerProps {
  film: FilmProps;
  started: Started;
  control: PlaybackControl;
}

function FilmPlayer({ film: { name, posterUrl }, started, control }: FilmPlayerProps) {
  const frame = useRef<HTMLDivElement>(null);
  const video = useRef<HTMLVideoElement>(null);
  const hls = useHls(video, started, control);
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
      aria-label={words.player.label(name)}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      {/* Captions are in the manifest, where the film has some. */}
      <video ref={video} poster={posterUrl ?? undefined} playsInline onClick={() => togglePlay(video.current)} />
      {state.waiting && <span className="buffering" role="status" aria-label={words.common.loading} />}
      <Controls media={video} frame={frame} state={state} hls={hls} frames={frames} onSeek={seek} />
    </div>
  );
}
