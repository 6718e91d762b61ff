import { words } from '../words/words';
import { percent } from '../words/format';

interface WaveformProps {
  peaks: readonly number[];
  /** What has been played, 0 to 1. */
  share: number;
  onSeek?: (share: number) => void;
}

const HEIGHT = 72;
const STEP = 4;
const LOWEST = 0.03;
const STEPS = 200;

/** Bars of sound, with those that have been played in another colour; a slider lies over them. */
export function Waveform({ peaks, share, onSeek }: WaveformProps) {
  const width = peaks.length * STEP;
  return (
    <div className="waveform grow">
      <svg viewBox={`0 0 ${Math.max(1, width)} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
        {peaks.map((peak, index) => {
          const height = Math.max(LOWEST, peak) * HEIGHT;
          return (
            <rect
              key={index}
              x={index * STEP}
              y={(HEIGHT - height) / 2}
              width={STEP - 1.4}
              height={height}
              rx={1}
              data-played={index / peaks.length < share}
            />
          );
        })}
      </svg>
      {onSeek && (
        <input
          type="range"
          min={0}
          max={STEPS}
          value={Math.round(share * STEPS)}
          aria-label={words.player.seek}
          aria-valuetext={percent(share)}
          onChange={({ target }) => onSeek(Number(target.value) / STEPS)}
        />
      )}
    </div>
  );
}
