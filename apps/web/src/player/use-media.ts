import { useEffect, useState, type RefObject } from 'react';

export interface MediaState {
  paused: boolean;
  waiting: boolean;
  seconds: number;
  duration: number;
  /** Seconds that are there already. */
  buffered: number;
  volume: number;
  muted: boolean;
}

const EVENTS = [
  ...['play', 'pause', 'timeupdate', 'durationchange', 'progress', 'volumechange', 'waiting', 'playing', 'seeking'],
  ...['seeked', 'ended'],
];

const read = (media: HTMLMediaElement): MediaState => ({
  paused: media.paused,
  waiting: !media.paused && media.readyState < HTMLMediaElement.HAVE_FUTURE_DATA,
  seconds: media.currentTime,
  duration: Number.isFinite(media.duration) ? media.duration : 0,
  buffered: media.buffered.length === 0 ? 0 : media.buffered.end(media.buffered.length - 1),
  volume: media.volume,
  muted: media.muted || media.volume === 0,
});

const NOTHING = { paused: true, waiting: true, seconds: 0, duration: 0, buffered: 0, volume: 1, muted: false };

/** How a media element stands. */
export function useMedia(media: RefObject<HTMLMediaElement | null>): MediaState {
  const [state, setState] = useState<MediaState>(NOTHING);
  useEffect(() => {
    const element = media.current;
    if (!element) return;
    const look = (): void => setState(read(element));
    for (const event of EVENTS) element.addEventListener(event, look);
    return () => {
      for (const event of EVENTS) element.removeEventListener(event, look);
    };
  }, [media]);
  return state;
}

export function togglePlay(media: HTMLMediaElement | null): void {
  if (!media) return;
  if (media.paused) void media.play();
  else media.pause();
}
