import { useCallback, useEffect, useRef, useState, type RefObject } from 'react';
import { api, ask, type Schemas } from '../api/client';
import { hasCode, isTransient, type ApiProblem } from '../api/problem';
import { current } from '../api/session';

export type Started = Schemas['StartedPlayback'];
export type Limit = Schemas['PlaybackLimitProblem'];

export type Playback =
  | { is: 'idle' }
  | { is: 'starting' }
  /** There is no stream of it yet: it begins by itself. */
  | { is: 'awaited'; askAgainMs: number }
  | { is: 'playing'; started: Started }
  | { is: 'limited'; limit: Limit }
  /** Stopped from elsewhere. */
  | { is: 'ended' }
  | { is: 'failed'; error: unknown };

/** Where somebody is in a film: kept while it has no player, so that the next one goes on there. */
export interface Moment {
  seconds: number;
  paused: boolean;
}

export interface PlaybackControl {
  playback: Playback;
  moment: RefObject<Moment>;
  start: () => void;
  stop: () => void;
  /** The gate has refused: the place is lost. */
  lose: () => void;
  fail: (error: unknown) => void;
}

/** Beats without an answer after which a place was lost by silence, and not because somebody ended it. */
const SILENT_BEATS = 2;

/** A place among the streams of the account: taken by start, kept by heartbeats, given back when the page goes. */
export function usePlayback(assetId: string): PlaybackControl {
  const [playback, setPlayback] = useState<Playback>({ is: 'idle' });
  const moment = useRef<Moment>({ seconds: 0, paused: false });
  const held = useRef<{ id: string; heardAt: number; silentAfterMs: number }>(undefined);
  const isTaking = useRef(false);
  const isGone = useRef(false);

  const giveBack = useCallback(() => {
    const { id } = held.current ?? {};
    held.current = undefined;
    const session = current();
    if (id === undefined || session.is !== 'in') return;
    // Goes out even when the page does not wait for it.
    const headers = { Authorization: `Bearer ${session.token}` };
    fetch(`/playbacks/${id}`, { method: 'DELETE', keepalive: true, headers }).catch(forget);
  }, []);

  /** @param isAgain it plays on meanwhile: what is away may be back at the next beat */
  const take = useCallback(
    (isAgain: boolean) => {
      if (isTaking.current) return;
      isTaking.current = true;
      ask(api.POST('/assets/{id}/play', { params: { path: { id: assetId }, header: {} } }))
        .then(
          (started) => {
            const { playbackId: id, heartbeatSeconds } = started;
            held.current = { id, heardAt: Date.now(), silentAfterMs: SILENT_BEATS * heartbeatSeconds * 1000 };
            if (isGone.current) giveBack();
            else setPlayback({ is: 'playing', started });
          },
          (error: unknown) => {
            if (!isAgain || !isTransient(error)) setPlayback(refusal(error));
          },
        )
        .finally(() => (isTaking.current = false));
    },
    [assetId, giveBack],
  );

  const start = useCallback(() => {
    moment.current.paused = false;
    setPlayback({ is: 'starting' });
    take(false);
  }, [take]);

  useEffect(() => {
    if (playback.is !== 'awaited') return;
    const timer = setTimeout(() => take(false), playback.askAgainMs);
    return () => clearTimeout(timer);
  }, [playback, take]);

  const stop = useCallback(() => {
    giveBack();
    setPlayback({ is: 'idle' });
  }, [giveBack]);

  const fail = useCallback(
    (error: unknown) => {
      giveBack();
      setPlayback({ is: 'failed', error });
    },
    [giveBack],
  );

  const lose = useCallback(() => {
    const { heardAt = 0, silentAfterMs = 0 } = held.current ?? {};
    // Without a network, or asleep: who watches goes on, and who had paused it takes no place from others.
    if (Date.now() - heardAt <= silentAfterMs) setPlayback({ is: 'ended' });
    else if (moment.current.paused) setPlayback({ is: 'idle' });
    else take(true);
  }, [take]);

  const started = playback.is === 'playing' ? playback.started : undefined;
  useEffect(() => {
    if (!started) return;
    const { playbackId, heartbeatSeconds } = started;
    let isOver = false;
    const beat = (): void => {
      ask(api.POST('/playbacks/{id}/heartbeat', { params: { path: { id: playbackId } } })).then(
        () => {
          if (held.current?.id === playbackId) held.current.heardAt = Date.now();
        },
        // Anything but "there is no such place" may be different at the next beat.
        (error: unknown) => {
          if (!isOver && hasCode(error, 'PLAYBACK_NOT_FOUND')) lose();
        },
      );
    };
    const timer = setInterval(beat, heartbeatSeconds * 1000);
    return () => {
      isOver = true;
      clearInterval(timer);
    };
  }, [started, lose]);

  useEffect(() => {
    isGone.current = false;
    window.addEventListener('pagehide', giveBack);
    return () => {
      isGone.current = true;
      window.removeEventListener('pagehide', giveBack);
      giveBack();
    };
  }, [giveBack]);

  return { playback, moment, start, stop, lose, fail };
}

/** The server forgets a silent player by itself within seconds. */
const forget = (): void => undefined;

function refusal(error: unknown): Playback {
  if (hasCode(error, 'PLAYBACK_LIMIT_REACHED') && isLimit(error)) return { is: 'limited', limit: error.document };
  if (hasCode(error, 'PLAYBACK_NOT_READY')) return { is: 'awaited', askAgainMs: (error.retryAfter ?? 2) * 1000 };
  return { is: 'failed', error };
}

const isLimit = (error: ApiProblem): error is ApiProblem & { document: Limit } => 'activeStreams' in error.document;
