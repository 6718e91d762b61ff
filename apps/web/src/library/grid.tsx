import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { words } from '../words/words';
import type { AssetSummary } from './filters';
import type { Selection } from './selection';
import { Tile } from './tile';

const GAP = 14;
const NARROWEST = 164;
/** Name and facts below the picture. */
const CAPTION = 54;
/** Rows before the end at which the next page is asked for. */
const AHEAD = 6;

interface GridProps {
  label: string;
  assets: readonly AssetSummary[];
  selection: Selection;
  hasMore: boolean;
  loadMore: () => void;
  /** Told which of them are in the page. */
  onSight: (ids: readonly string[]) => void;
  /** Each has a page of its own. */
  opens: boolean;
}

/** As many assets as there are, of which only those in sight are in the page. */
export function Grid({ label, assets, selection, hasMore, loadMore, onSight, opens }: GridProps) {
  const place = useRef<HTMLDivElement>(null);
  const { width, top } = useMeasured(place);
  const columns = Math.max(2, Math.floor((width + GAP) / (NARROWEST + GAP)));
  const tile = (width - GAP * (columns - 1)) / columns;
  const rowHeight = Math.round(tile * 0.75) + CAPTION + GAP;
  const rows = Math.ceil(assets.length / columns);
  const virtualizer = useWindowVirtualizer({
    count: rows,
    estimateSize: () => rowHeight,
    overscan: 4,
    scrollMargin: top,
  });
  useLayoutEffect(() => virtualizer.measure(), [virtualizer, rowHeight]);
  const shown = virtualizer.getVirtualItems();
  const last = shown.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasMore && last >= rows - AHEAD) loadMore();
  }, [hasMore, last, rows, loadMore]);
  const first = shown.at(0)?.index ?? 0;
  useEffect(() => {
    onSight(assets.slice(first * columns, (last + 1) * columns).map(({ id }) => id));
  }, [assets, columns, first, last, onSight]);
  const choosing = selection.ids.size > 0;
  return (
    <div ref={place} className="grid" role="list" aria-label={label} style={{ height: virtualizer.getTotalSize() }}>
      {width > 0 &&
        shown.map((row) => (
          <div
            key={row.key}
            className="grid-row"
            role="presentation"
            style={{
              height: rowHeight - GAP,
              transform: `translateY(${row.start - top}px)`,
              gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`,
            }}
          >
            {assets.slice(row.index * columns, (row.index + 1) * columns).map((asset) => (
              <div key={asset.id} role="listitem">
                <Tile
                  asset={asset}
                  selected={selection.ids.has(asset.id)}
                  choosing={choosing}
                  opens={opens}
                  onToggle={selection.toggle}
                />
              </div>
            ))}
          </div>
        ))}
    </div>
  );
}

/** How wide an element is, and how far down the page. */
function useMeasured(place: React.RefObject<HTMLDivElement | null>): { width: number; top: number } {
  const [measured, setMeasured] = useState({ width: 0, top: 0 });
  useLayoutEffect(() => {
    const element = place.current;
    if (!element) return;
    const measure = (): void => {
      const { width, top } = element.getBoundingClientRect();
      setMeasured({ width, top: top + window.scrollY });
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [place]);
  return measured;
}

/** Where tiles will be. */
export function GridSkeleton() {
  return (
    <div className="grid-skeleton" role="status" aria-label={words.common.loading}>
      {Array.from({ length: 18 }, (_, index) => (
        <div key={index}>
          <div className="skeleton tile-picture" />
          <div className="skeleton" style={{ height: 14, width: `${75 - ((index * 13) % 40)}%`, marginTop: 10 }} />
        </div>
      ))}
    </div>
  );
}
