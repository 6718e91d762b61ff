import { Link } from '@tanstack/react-router';
import { Unreachable } from '../api/problem';
import { IconButton } from '../ui/button';
import { Icon } from '../ui/icon';
import { sayError } from '../ui/state';
import { bytes, percent } from '../words/format';
import { words } from '../words/words';
import { FilePicker } from './file-picker';
import type { UploadItem } from './item';
import { uploads } from './use-uploads';

/** Where a file stands. What keeps it from its way is the connection, or a server that answers that it cannot. */
export const sayState = ({ state, error }: UploadItem): string =>
  state === 'offline' && !(error instanceof Unreachable) ? words.uploads.busy : words.uploads.states[state];

/** One file of the queue. */
export function TrayLine({ item, top }: { item: UploadItem; top: number }) {
  const { id, name, folder, size, sent, state, error, assetId } = item;
  const share = size === 0 ? 0 : sent / size;
  return (
    <div className="tray-line" style={{ transform: `translateY(${top}px)` }}>
      <div className="grow">
        <div className="truncate" title={folder === '' ? name : `${folder}/${name}`}>
          {assetId === null ? (
            name
          ) : (
            <Link to="/assets/$id" params={{ id: assetId }}>
              {name}
            </Link>
          )}
        </div>
        {state === 'sending' ? (
          <div className="row small muted number">
            <div
              className="bar grow"
              role="progressbar"
              aria-label={name}
              aria-valuenow={Math.round(share * 100)}
              aria-valuemin={0}
              aria-valuemax={100}
            >
              <i style={{ width: `${share * 100}%` }} />
            </div>
            {percent(share)}
          </div>
        ) : (
          <div
            className={`small truncate ${state === 'failed' ? 'field-error' : 'muted'}`}
            title={error === null ? undefined : sayError(error)}
          >
            {state === 'failed' ? sayError(error) : `${bytes(size)} · ${sayState(item)}`}
          </div>
        )}
      </div>
      {state === 'done' && <Icon name="check" />}
      {(state === 'sending' || state === 'waiting') && (
        <IconButton small icon="pause" label={words.uploads.pause(name)} onClick={() => uploads.pause(id)} />
      )}
      {(state === 'paused' || state === 'offline') && (
        <IconButton small icon="play" label={words.uploads.resume(name)} onClick={() => uploads.resume(id)} />
      )}
      {state === 'away' && (
        <FilePicker>
          {(choose) => <IconButton small icon="upload" label={words.uploads.chooseAgain(name)} onClick={choose} />}
        </FilePicker>
      )}
      {state === 'failed' && (
        <IconButton small icon="retry" label={words.uploads.retry(name)} onClick={() => uploads.retry(id)} />
      )}
      {state !== 'done' && state !== 'finishing' && (
        <IconButton small icon="close" label={words.uploads.cancel(name)} onClick={() => uploads.cancel(id)} />
      )}
    </div>
  );
}
