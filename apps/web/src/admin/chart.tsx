import { words } from '../words/words';

interface ChartProps {
  label: string;
  /** What it is now, as people read it. */
  now: string;
  values: readonly number[];
  tone?: 'accent' | 'ok' | 'warn' | 'danger';
}

const WIDTH = 240;
const HEIGHT = 56;
const SLOTS = 60;

/** One figure, and how it went in the last minutes. */
export function Chart({ label, now, values, tone = 'accent' }: ChartProps) {
  const top = Math.max(1, ...values);
  const x = (index: number): number => ((SLOTS - values.length + index) / (SLOTS - 1)) * WIDTH;
  const y = (value: number): number => HEIGHT - 2 - (value / top) * (HEIGHT - 6);
  const line = values.map((value, index) => `${x(index).toFixed(1)},${y(value).toFixed(1)}`).join(' ');
  return (
    <div className="card chart" data-tone={tone}>
      <div className="chart-label muted small">{label}</div>
      <div className="chart-now number">{now}</div>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={words.admin.chart(label)}
      >
        {values.length > 1 && (
          <>
            <polygon points={`${x(0)},${HEIGHT} ${line} ${WIDTH},${HEIGHT}`} />
            <polyline points={line} vectorEffect="non-scaling-stroke" />
          </>
        )}
      </svg>
    </div>
  );
}
