import { useQuery } from '@tanstack/react-query';
import { useRef } from 'react';
import { reach } from '../api/session';
import type { Asset } from '../asset/queries';
import { readMetadata } from '../asset/metadata';
import { IconButton } from '../ui/button';
import { clock } from '../words/format';
import { words } from '../words/words';
import { NotPlaying } from './not-playing';
import { useHls } from './use-hls';
import { togglePlay, useMedia } from './use-media';
import { usePlayback, type Started } from './use-playback';
import { Waveform } from './waveform';
import { parseWaveform } from './peaks';

/** Sound: its waveform, which is also where one clicks to go somewhere in it. */
export function Sound({ asset }: { asset: Asset }) {
  const control = usePlayback(asset.id);
  const { playback, start, lose } = control;
  const peaks = usePeaks(asset.waveformUrl);
  const seconds = (readMetadata(asset.metadata).durationMs ?? 0) / 1000;
  const isIdle = playback.is === 'idle' || playback.is === 'starting';
  if (playback.is === 'playing') return <SoundPlayer started={playback.started} peaks={peaks} onGone={lose} />;
  return (
    <div className="stage short sound">
      <div className="row">
        <IconButton
          kind="primary"
          icon="play"
          label={words.player.play}
          disabled={playback.is === 'starting'}
          onClick={start}
        />
        <Waveform peaks={peaks} share={0} />
        <span className="number small muted">{clock(seconds)}</span>
      </div>
      {!isIdle && <NotPlaying control={control} />}
    </div>
  );
}

interface SoundPlayerProps {
  started: Started;
  peaks: readonly number[];
  onGone: () => void;
}

function SoundPlayer({ started, peaks, onGone }: SoundPlayerProps) {
  const audio = useRef<HTMLAudioElement>(null);
  useHls(audio, started.manifestUrl, onGone);
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
