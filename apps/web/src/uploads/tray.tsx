import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState } from 'react';
import { Button, IconButton } from '../ui/button';
import { duration, percent, speed } from '../words/format';
import { words } from '../words/words';
import { isOpen, type QueueSnapshot } from './item';
import { sayState, TrayLine } from './tray-line';
import { uploads, useUploads } from './use-uploads';

const LINE = 56;

/** How the uploads stand, in the corner of every page, from the first file until somebody closes it. */
export function UploadTray() {
  const queue = useUploads();
  const [isOpen, setIsOpen] = useState(true);
  const totals = sum(queue);
  const isBusy = totals.open > 0;
  useEffect(() => void uploads.restore(), []);
  useEffect(() => {
    if (!isBusy) return;
    const warn = (event: BeforeUnloadEvent): void => event.preventDefault();
    window.addEventListener('beforeunload', warn);
    return () => window.removeEventListener('beforeunload', warn);
  }, [isBusy]);
  if (queue.items.length === 0) return null;
  return (
    <section className="tray" aria-label={words.uploads.title}>
      <header>
        <div className="grow">
          {isBusy && <Told what={words.uploads.progress(totals.done, queue.items.length)} {...{ queue, totals }} />}
          {/* Said once, when it is over: progress would be spoken without end. */}
          <div role="status">{!isBusy && <Told what={words.uploads.over(totals.done)} {...{ queue, totals }} />}</div>
        </div>
        {isBusy && !queue.paused && (
          <IconButton small icon="pause" label={words.uploads.pauseAll} onClick={() => uploads.pause()} />
        )}
        {queue.paused && (
          <IconButton small icon="play" label={words.uploads.resumeAll} onClick={() => uploads.resume()} />
        )}
        <IconButton
          small
          icon="down"
          className={isOpen ? '' : 'turned'}
          label={isOpen ? words.uploads.collapse : words.uploads.expand}
          aria-expanded={isOpen}
          onClick={() => setIsOpen(!isOpen)}
        />
        {!isBusy && <IconButton small icon="close" label={words.common.close} onClick={() => uploads.dismiss()} />}
      </header>
      <div className="bar">
        <i style={{ width: percent(totals.share).replace(/\s/g, '') }} />
      </div>
      {isOpen && <Lines queue={queue} />}
      {isOpen && (isBusy || totals.failed > 0) && (
        <footer className="row between">
          {totals.failed > 0 ? (
            <Button small icon="retry" onClick={() => uploads.retry()}>
              {words.uploads.retryAll(totals.failed)}
            </Button>
          ) : (
            <span />
          )}
          {isBusy && (
            <Button small kind="quiet" danger onClick={() => uploads.cancelAll()}>
              {words.uploads.cancelAll}
            </Button>
          )}
        </footer>
      )}
    </section>
  );
}

function Told({ what, queue, totals }: { what: string; queue: QueueSnapshot; totals: Totals }) {
  return (
    <>
      <strong>{what}</strong>
      <div className="muted small number">{describe(queue, totals)}</div>
    </>
  );
}

function Lines({ queue: { items } }: { queue: QueueSnapshot }) {
  const place = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: items.length,
    getScrollElement: () => place.current,
    estimateSize: () => LINE,
    overscan: 4,
  });
  return (
    <div ref={place} className="tray-lines" tabIndex={0} role="group" aria-label={words.uploads.title}>
      <div style={{ height: virtualizer.getTotalSize(), position: 'relative' }}>
        {virtualizer.getVirtualItems().map(({ index, start }) => {
          const item = items[index];
          return item && <TrayLine key={item.id} item={item} top={start} />;
        })}
      </div>
    </div>
  );
}

interface Totals {
  done: number;
  failed: number;
  /** They wait for their file. */
  away: number;
  /** None of these. */
  open: number;
  left: number;
  share: number;
}

function sum({ items }: QueueSnapshot): Totals {
  const totals = { done: 0, failed: 0, away: 0, open: 0, left: 0, share: 1 };
  let all = 0;
  for (const item of items) {
    const { state, size, sent } = item;
    if (state === 'done') totals.done += 1;
    if (state === 'failed') totals.failed += 1;
    if (state === 'away') totals.away += 1;
    if (isOpen(item)) {
      totals.open += 1;
      totals.left += size - sent;
    }
    if (state !== 'failed' && state !== 'away') all += size;
  }
  totals.share = all === 0 ? 1 : 1 - totals.left / all;
  return totals;
}

function describe({ items, paused, speed: now }: QueueSnapshot, { open, left, failed, away }: Totals): string {
  if (open === 0 && away > 0) return words.uploads.unfinished(away);
  if (open === 0) return failed > 0 ? words.uploads.failedCount(failed) : words.uploads.processing;
  if (paused) return words.uploads.states.paused;
  const kept = items.find(({ state }) => state === 'offline');
  if (kept) return sayState(kept);
  if (now < 1) return words.uploads.states.waiting;
  return `${speed(now)} · ${words.uploads.left(duration((left / now) * 1000))}`;
}
