import { useState, type CSSProperties } from 'react';
import { clock } from '../words/format';
import { words } from '../words/words';
import type { StoryFrame } from './storyboard';

interface SeekBarProps {
  seconds: number;
  duration: number;
  buffered: number;
  frames: readonly StoryFrame[];
  onSeek: (seconds: number) => void;
}

const STEPS = 1000;

/** Where the film is; the pointer shows what is where. */
export function SeekBar({ seconds, duration, buffered, frames, onSeek }: SeekBarProps) {
  const [pointed, setPointed] = useState<{ left: number; seconds: number }>();
  const share = (value: number): string => `${duration === 0 ? 0 : (value / duration) * 100}%`;
  const frame = pointed && frames.find(({ from, to }) => pointed.seconds >= from && pointed.seconds < to);
  return (
    <div
      className="seek"
      style={{ '--played': share(seconds), '--buffered': share(buffered) } as CSSProperties}
      onPointerMove={({ currentTarget, clientX }) => {
        const { left, width } = currentTarget.getBoundingClientRect();
        const part = Math.min(1, Math.max(0, (clientX - left) / width));
        setPointed({ left: part * width, seconds: part * duration });
      }}
      onPointerLeave={() => setPointed(undefined)}
    >
      <input
        type="range"
        min={0}
        max={STEPS}
        value={duration === 0 ? 0 : Math.round((seconds / duration) * STEPS)}
        aria-label={words.player.seek}
        aria-valuetext={words.common.of(clock(seconds), clock(duration))}
        onChange={({ target }) => onSeek((Number(target.value) / STEPS) * duration)}
      />
      {pointed && duration > 0 && (
        <div className="seek-hint" style={{ left: pointed.left }}>
          {frame && (
            <div
              className="story"
              style={{
                width: frame.width,
                height: frame.height,
                backgroundImage: `url(${frame.sheet})`,
                backgroundPosition: `-${frame.x}px -${frame.y}px`,
              }}
            />
          )}
          <span className="number">{clock(pointed.seconds)}</span>
        </div>
      )}
    </div>
  );
}
