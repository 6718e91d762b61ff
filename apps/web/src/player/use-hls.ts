import type Hls from 'hls.js';
import { useEffect, useRef, useState, type RefObject } from 'react';

export interface Quality {
  index: number;
  height: number;
}

export interface HlsControl {
  qualities: readonly Quality[];
  /** -1: as the connection allows. */
  quality: number;
  setQuality: (index: number) => void;
  captions: readonly string[];
  /** -1: none. */
  caption: number;
  setCaption: (index: number) => void;
}

const GONE = 410;
const AUTO = -1;

/** Plays a manifest in an element, by hls.js, or by the browser where it can and hls.js cannot (iPhones). */
export function useHls(media: RefObject<HTMLMediaElement | null>, manifestUrl: string, onGone: () => void): HlsControl {
  const player = useRef<Hls>(undefined);
  const gone = useRef(onGone);
  const [qualities, setQualities] = useState<readonly Quality[]>([]);
  const [quality, setQualityState] = useState(AUTO);
  const [captions, setCaptions] = useState<readonly string[]>([]);
  const [caption, setCaptionState] = useState(AUTO);
  useEffect(() => {
    gone.current = onGone;
  });

  useEffect(() => {
    const element = media.current;
    if (!element) return;
    let isOver = false;
    void import('hls.js').then(({ default: HlsPlayer }) => {
      if (isOver) return;
      if (!HlsPlayer.isSupported()) {
        element.src = manifestUrl;
        return;
      }
      const hls = new HlsPlayer({ capLevelToPlayerSize: true });
      player.current = hls;
      hls.on(HlsPlayer.Events.MANIFEST_PARSED, (_, { levels }) => {
        setQualities(levels.map(({ height }, index) => ({ index, height })).filter(({ height }) => height > 0));
      });
      // Not before there is something to play: a busy browser drops the wish when the source comes after it.
      element.addEventListener('canplay', () => void element.play().catch(notAllowed), { once: true });
      hls.on(HlsPlayer.Events.SUBTITLE_TRACKS_UPDATED, (_, { subtitleTracks }) =>
        setCaptions(subtitleTracks.map(({ name }) => name)),
      );
      hls.on(HlsPlayer.Events.ERROR, (_, { fatal, type, response }) => {
        if (response?.code === GONE) gone.current();
        else if (fatal && type === HlsPlayer.ErrorTypes.MEDIA_ERROR) hls.recoverMediaError();
        else if (fatal && type === HlsPlayer.ErrorTypes.NETWORK_ERROR) setTimeout(() => hls.startLoad(), 2_000);
      });
      hls.loadSource(manifestUrl);
      hls.attachMedia(element);
    });
    return () => {
      isOver = true;
      player.current?.destroy();
      player.current = undefined;
    };
  }, [media, manifestUrl]);

  return {
    qualities,
    quality,
    setQuality: (index) => {
      setQualityState(index);
      if (player.current) player.current.currentLevel = index;
    },
    captions,
    caption,
    setCaption: (index) => {
      setCaptionState(index);
      if (player.current) player.current.subtitleTrack = index;
    },
  };
}

/** Browsers refuse to play by themselves what nobody has asked for; the button is there. */
const notAllowed = (): void => undefined;
