import { useMutation } from '@tanstack/react-query';
import { api, ask, type Schemas } from '../api/client';
import { ApiProblem, Unreachable } from '../api/problem';
import { Button } from '../ui/button';
import { sayError } from '../ui/state';
import { sayFailed } from '../ui/toasts';
import { ago } from '../words/format';
import { words } from '../words/words';
import type { Limit, PlaybackControl } from './use-playback';

/** Why nothing plays, and how it will. */
export function NotPlaying({ control: { playback, start, stop } }: { control: PlaybackControl }) {
  if (playback.is === 'limited') return <LimitReached limit={playback.limit} onFree={start} onCancel={stop} />;
  if (playback.is === 'awaited')
    return (
      <div className="over-stage" role="status">
        <p>{words.player.awaited}</p>
      </div>
    );
  const text = playback.is === 'ended' ? words.player.ended : playback.is === 'failed' ? sayWhy(playback.error) : null;
  if (text === null) return null;
  return (
    <div className="over-stage" role="alert">
      <p>{text}</p>
      <Button icon="play" onClick={start}>
        {words.player.again}
      </Button>
    </div>
  );
}

/** What no answer of the API is about, the player could not do. */
const sayWhy = (error: unknown): string =>
  error instanceof ApiProblem || error instanceof Unreachable ? sayError(error) : words.player.broken;

interface LimitReachedProps {
  limit: Limit;
  onFree: () => void;
  onCancel: () => void;
}

/** The account watches as many streams as it may: which, and where, with a way to end one. */
function LimitReached({ limit: { limit, activeStreams }, onFree, onCancel }: LimitReachedProps) {
  const { mutate, isPending } = useMutation({
    mutationFn: (id: string) => ask(api.DELETE('/playbacks/{id}', { params: { path: { id } } })),
    onSuccess: onFree,
    onError: sayFailed,
  });
  return (
    <div className="over-stage" role="alertdialog" aria-labelledby="limit-title" tabIndex={-1}>
      <h2 id="limit-title">{words.player.limit(limit)}</h2>
      <p>{words.player.limitHint}</p>
      <ul>
        {activeStreams.map((stream) => (
          <StreamLine
            key={stream.playbackId}
            stream={stream}
            disabled={isPending}
            onStop={() => mutate(stream.playbackId)}
          />
        ))}
      </ul>
      <Button kind="quiet" onClick={onCancel}>
        {words.player.notNow}
      </Button>
    </div>
  );
}

interface StreamLineProps {
  stream: Schemas['ActiveStream'];
  disabled: boolean;
  onStop: () => void;
}

function StreamLine({ stream: { asset, device, since, current }, disabled, onStop }: StreamLineProps) {
  return (
    <li className="row">
      <div className="grow">
        <div className="truncate">
          <strong>{asset.filename}</strong>
        </div>
        <div className="small truncate">
          {current ? words.player.here(device) : device} · {ago(since)}
        </div>
      </div>
      <Button small disabled={disabled} onClick={onStop}>
        {words.player.stopThat}
        <span className="hidden-text">{asset.filename}</span>
      </Button>
    </li>
  );
}
