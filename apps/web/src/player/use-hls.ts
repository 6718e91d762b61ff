import type Hls from 'hls.js';
import { useEffect, useRef, useState, type RefObject } from 'react';
import type { PlaybackControl, Started } from './use-playback';

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
/** Milliseconds until it is tried again. */
const AGAIN_MS = 2_000;
/** Refusals, or errors of the film itself, without a moment of playing between them, that are not the network's. */
const MOST_FAILURES = 3;

type Media = RefObject<HTMLMediaElement | null>;

/**
 * Plays a manifest in an element, by hls.js, or by the browser where it can and hls.js cannot (iPhones). It begins at the
 * control's moment, and keeps it.
 */
export function useHls(media: Media, { manifestUrl }: Started, control: PlaybackControl): HlsControl {
  const player = useRef<Hls>(undefined);
  const { moment, lose, fail } = control;
  const [qualities, setQualities] = useState<readonly Quality[]>([]);
  const [quality, setQualityState] = useState(AUTO);
  const [captions, setCaptions] = useState<readonly string[]>([]);
  const [caption, setCaptionState] = useState(AUTO);

  useEffect(() => {
    const element = media.current;
    if (!element) return;
    const over = new AbortController();
    const { signal } = over;
    const { seconds, paused } = moment.current;
    let failures = 0;
    const remember = (): void => {
      if (!element.paused) failures = 0;
      moment.current = { seconds: element.ended ? 0 : element.currentTime, paused: element.paused };
    };
    // Not before there is something to play: a busy browser drops the wish when the source comes after it.
    const begin = (): void => {
      if (!paused) element.play().catch(notAllowed);
      for (const event of ['timeupdate', 'play', 'pause', 'ended'])
        element.addEventListener(event, remember, { signal });
    };
    element.addEventListener('canplay', begin, { once: true, signal });
    const begun = ({ default: HlsPlayer }: typeof import('hls.js')): void => {
      if (signal.aborted) return;
      if (!HlsPlayer.isSupported()) {
        element.addEventListener('loadedmetadata', () => (element.currentTime = seconds), { once: true, signal });
        // It does not say why: whether the place is lost, the next heartbeat knows.
        element.addEventListener('error', () => fail(element.error), { signal });
        element.src = manifestUrl;
        return;
      }
      const hls = new HlsPlayer({ capLevelToPlayerSize: true, startPosition: seconds === 0 ? AUTO : seconds });
      player.current = hls;
      hls.on(HlsPlayer.Events.MANIFEST_PARSED, (_, { levels }) => {
        setQualities(levels.map(({ height }, index) => ({ index, height })).filter(({ height }) => height > 0));
      });
      hls.on(HlsPlayer.Events.SUBTITLE_TRACKS_UPDATED, (_, { subtitleTracks }) =>
        setCaptions(subtitleTracks.map(({ name }) => name)),
      );
      const again = (work: () => void): void => {
        const timer = setTimeout(work, AGAIN_MS);
        signal.addEventListener('abort', () => clearTimeout(timer));
      };
      hls.on(HlsPlayer.Events.ERROR, (_, { fatal, type, details, response, error }) => {
        if (response?.code === GONE) return lose();
        if (!fatal) return;
        const isNetwork = type === HlsPlayer.ErrorTypes.NETWORK_ERROR;
        const isAway = isNetwork && (response?.code ?? 0) === 0;
        if (!isAway) failures += 1;
        if (failures > MOST_FAILURES) fail(error);
        // Without a manifest there is nothing yet whose load could go on.
        else if (isNetwork)
          again(() => (details.startsWith('manifest') ? hls.loadSource(manifestUrl) : hls.startLoad()));
        else if (type === HlsPlayer.ErrorTypes.MEDIA_ERROR) hls.recoverMediaError();
        else fail(error);
      });
      hls.loadSource(manifestUrl);
      hls.attachMedia(element);
    };
    import('hls.js').then(begun).catch((error: unknown) => {
      if (!signal.aborted) fail(error);
    });
    return () => {
      over.abort();
      player.current?.destroy();
      player.current = undefined;
      setQualityState(AUTO);
      setCaptionState(AUTO);
    };
  }, [media, manifestUrl, moment, lose, fail]);

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
