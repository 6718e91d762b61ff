import { useCallback, useEffect, useRef, useState } from 'react';
import { api, ask, type Schemas } from '../api/client';
import { type ApiProblem, hasCode } from '../api/problem';
import { current } from '../api/session';

export type Started = Schemas['StartedPlayback'];
export type Limit = Schemas['PlaybackLimitProblem'];

export type Playback =
  | { is: 'idle' }
  | { is: 'starting' }
  | { is: 'playing'; started: Started }
  | { is: 'limited'; limit: Limit }
  /** Stopped from elsewhere, or unheard of for too long. */
  | { is: 'ended' }
  | { is: 'failed'; error: unknown };

export interface PlaybackControl {
  playback: Playback;
  start: () => void;
  stop: () => void;
  /** The gate has refused: the place is lost. */
  lose: () => void;
}

/** A place among the streams of the account: taken by start, kept by heartbeats, given back when the page goes. */
export function usePlayback(assetId: string): PlaybackControl {
  const [playback, setPlayback] = useState<Playback>({ is: 'idle' });
  const held = useRef<string>(undefined);

  const giveBack = useCallback(() => {
    const id = held.current;
    held.current = undefined;
    const session = current();
    if (id === undefined || session.is !== 'in') return;
    // Goes out even when the page does not wait for it.
    const headers = { Authorization: `Bearer ${session.token}` };
    fetch(`/playbacks/${id}`, { method: 'DELETE', keepalive: true, headers }).catch(forget);
  }, []);

  const start = useCallback(() => {
    setPlayback({ is: 'starting' });
    const params = { path: { id: assetId }, header: {} };
    ask(api.POST('/assets/{id}/play', { params })).then(
      (started) => {
        held.current = started.playbackId;
        setPlayback({ is: 'playing', started });
      },
      (error: unknown) => setPlayback(refusal(error)),
    );
  }, [assetId]);

  const stop = useCallback(() => {
    giveBack();
    setPlayback({ is: 'idle' });
  }, [giveBack]);

  const lose = useCallback(() => {
    held.current = undefined;
    setPlayback({ is: 'ended' });
  }, []);

  const started = playback.is === 'playing' ? playback.started : undefined;
  useEffect(() => {
    if (!started) return;
    const { playbackId, heartbeatSeconds } = started;
    const beat = (): void => {
      const params = { path: { id: playbackId } };
      // Anything but "there is no such place" may be different at the next beat.
      ask(api.POST('/playbacks/{id}/heartbeat', { params })).catch((error: unknown) => {
        if (hasCode(error, 'PLAYBACK_NOT_FOUND') && held.current === playbackId) lose();
      });
    };
    const timer = setInterval(beat, heartbeatSeconds * 1000);
    return () => clearInterval(timer);
  }, [started, lose]);

  useEffect(() => {
    window.addEventListener('pagehide', giveBack);
    return () => {
      window.removeEventListener('pagehide', giveBack);
      giveBack();
    };
  }, [giveBack]);

  return { playback, start, stop, lose };
}

/** The server forgets a silent player by itself within seconds. */
const forget = (): void => undefined;

function refusal(error: unknown): Playback {
  if (hasCode(error, 'PLAYBACK_LIMIT_REACHED') && isLimit(error)) return { is: 'limited', limit: error.document };
  return { is: 'failed', error };
}

const isLimit = (error: ApiProblem): error is ApiProblem & { document: Limit } => 'activeStreams' in error.document;
