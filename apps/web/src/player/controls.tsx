import type { RefObject } from 'react';
import { IconButton } from '../ui/button';
import { clock } from '../words/format';
import { words } from '../words/words';
import { SeekBar } from './seek-bar';
import type { StoryFrame } from './storyboard';
import type { HlsControl } from './use-hls';
import { togglePlay, type MediaState } from './use-media';

interface ControlsProps {
  media: RefObject<HTMLVideoElement | null>;
  frame: RefObject<HTMLDivElement | null>;
  state: MediaState;
  hls: HlsControl;
  frames: readonly StoryFrame[];
  onSeek: (seconds: number) => void;
}

export function Controls({ media, frame, state, hls, frames, onSeek }: ControlsProps) {
  const { paused, muted, seconds, duration, buffered } = state;
  const mute = (): void => {
    if (media.current) media.current.muted = !media.current.muted;
  };
  const fill = (): void => {
    if (document.fullscreenElement) void document.exitFullscreen();
    else void frame.current?.requestFullscreen();
  };
  return (
    <div className="controls">
      <SeekBar seconds={seconds} duration={duration} buffered={buffered} frames={frames} onSeek={onSeek} />
      <div className="row">
        <IconButton
          small
          icon={paused ? 'play' : 'pause'}
          label={paused ? words.player.play : words.player.pause}
          onClick={() => togglePlay(media.current)}
        />
        <IconButton
          small
          icon={muted ? 'mute' : 'sound'}
          label={muted ? words.player.unmute : words.player.mute}
          onClick={mute}
        />
        <span className="number small grow">
          {clock(seconds)} / {clock(duration)}
        </span>
        {hls.captions.length > 0 && (
          <Pick
            label={words.player.captions}
            value={hls.caption}
            options={[[-1, words.player.noCaptions], ...hls.captions.map((name, index) => [index, name] as const)]}
            onPick={hls.setCaption}
          />
        )}
        {hls.qualities.length > 0 && (
          <Pick
            label={words.player.quality}
            value={hls.quality}
            options={[
              [-1, words.player.auto],
              ...hls.qualities.map(({ index, height }) => [index, words.player.lines(height)] as const),
            ]}
            onPick={hls.setQuality}
          />
        )}
        <IconButton small icon="full" label={words.player.fullscreen} onClick={fill} />
      </div>
    </div>
  );
}

interface PickProps {
  label: string;
  value: number;
  options: (readonly [number, string])[];
  onPick: (value: number) => void;
}

function Pick({ label, value, options, onPick }: PickProps) {
  return (
    <select aria-label={label} value={value} onChange={({ target }) => onPick(Number(target.value))}>
      {options.map(([option, name]) => (
        <option key={option} value={option}>
          {name}
        </option>
      ))}
    </select>
  );
}
