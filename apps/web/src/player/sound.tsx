import { useQuery } from '@tanstack/react-query';
import { useRef } from 'react';
import { reach } from '../api/session';
import { IconButton } from '../ui/button';
import { clock } from '../words/format';
import { words } from '../words/words';
import { NotPlaying } from './not-playing';
import { useFollowFocus } from './use-follow-focus';
import { useHls } from './use-hls';
import { togglePlay, useMedia } from './use-media';
import { usePlayback, type PlaybackControl, type Started } from './use-playback';
import { Waveform } from './waveform';
import { parseWaveform } from './peaks';

export interface SoundProps {
  id: string;
  waveformUrl: string | null;
  /** Its length, where that is known before it plays. */
  seconds: number | null;
}

/** Sound: its waveform, which is also where one clicks to go somewhere in it. */
export function Sound({ id, waveformUrl, seconds }: SoundProps) {
  const stage = useRef<HTMLDivElement>(null);
  const control = usePlayback(id);
  const { playback } = control;
  const peaks = usePeaks(waveformUrl);
  useFollowFocus(stage, playback.is);
  return (
    <div ref={stage}>
      {playback.is === 'playing' ? (
        <SoundPlayer started={playback.started} peaks={peaks} control={control} />
      ) : (
        <Silence peaks={peaks} seconds={seconds} control={control} />
      )}
    </div>
  );
}

interface SilenceProps {
  peaks: readonly number[];
  seconds: number | null;
  control: PlaybackControl;
}

function Silence({ peaks, seconds, control }: SilenceProps) {
  const { playback, start } = control;
  const isIdle = playback.is === 'idle' || playback.is === 'starting';
  return (
    <div className="stage short sound">
      <div className="row">
        <IconButton
          kind="primary"
          icon="play"
          label={words.player.play}
          disabled={playback.is === 'starting' || playback.is === 'awaited'}
          onClick={start}
        />
        <Waveform peaks={peaks} share={0} />
        {seconds !== null && <span className="number small muted">{clock(seconds)}</span>}
      </div>
      {!isIdle && <NotPlaying control={control} />}
    </div>
  );
}

interface SoundPlayerProps {
  started: Started;
  peaks: readonly number[];
  control: PlaybackControl;
}

function SoundPlayer({ started, peaks, control }: SoundPlayerProps) {
  const audio = useRef<HTMLAudioElement>(null);
  useHls(audio, started, control);
  const { paused, seconds, duration } = useMedia(audio);
  const seek = (share: number): void => {
    if (audio.current) audio.current.currentTime = share * duration;
  };
  return (
    <div className="stage short sound">
      <audio ref={audio} />
      <div className="row">
        <IconButton
          kind="primary"
          icon={paused ? 'play' : 'pause'}
          label={paused ? words.player.play : words.player.pause}
          onClick={() => togglePlay(audio.current)}
        />
        <Waveform peaks={peaks} share={duration === 0 ? 0 : seconds / duration} onSeek={seek} />
        <span className="number small muted">
          {clock(seconds)} / {clock(duration)}
        </span>
      </div>
    </div>
  );
}

function usePeaks(url: string | null): readonly number[] {
  const { data } = useQuery({
    // The URL is signed anew each time; the waveform stays.
    queryKey: ['waveform', url?.split('?', 1)[0]],
    queryFn: async () => parseWaveform(await (await reach(url ?? '')).json()),
    enabled: url !== null,
    staleTime: Infinity,
  });
  return data ?? [];
}
