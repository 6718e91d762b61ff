import { time } from '../words/format';
import { words } from '../words/words';
import { WINDOW_MS } from './samples';

interface ChartProps {
  label: string;
  points: readonly { at: number; value: number }[];
  /** As people read it. */
  say: (value: number) => string;
  tone?: 'accent' | 'ok' | 'warn' | 'danger';
}

const WIDTH = 240;
const HEIGHT = 56;

/** One figure, and how it went in the last minutes. */
export function Chart({ label, points, say, tone = 'accent' }: ChartProps) {
  const last = points.at(-1);
  const now = last ? say(last.value) : '–';
  const most = Math.max(0, ...points.map(({ value }) => value));
  const x = (at: number): number => (1 - ((last?.at ?? 0) - at) / WINDOW_MS) * WIDTH;
  const y = (value: number): number => HEIGHT - 2 - (value / (most || 1)) * (HEIGHT - 6);
  const line = points.map(({ at, value }) => `${x(at).toFixed(1)},${y(value).toFixed(1)}`).join(' ');
  const first = points[0];
  return (
    <div className="card chart" data-tone={tone}>
      <div className="chart-label muted small">{label}</div>
      <div className="chart-now number">{now}</div>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={words.admin.chart(label, now, say(most))}
      >
        {first && points.length > 1 && (
          <>
            <polygon points={`${x(first.at).toFixed(1)},${HEIGHT} ${line} ${WIDTH},${HEIGHT}`} />
            <polyline points={line} vectorEffect="non-scaling-stroke" />
          </>
        )}
        {points.map(({ at, value }, index) => (
          <rect
            key={at}
            x={x(points[index - 1]?.at ?? at)}
            width={x(at) - x(points[index - 1]?.at ?? at)}
            height={HEIGHT}
          >
            <title>{`${time(at)}: ${say(value)}`}</title>
          </rect>
        ))}
      </svg>
      <div className="chart-window row between muted small" aria-hidden="true">
        <span>−{words.admin.window}</span>
        <span className="number">{words.admin.top(say(most))}</span>
      </div>
    </div>
  );
}
