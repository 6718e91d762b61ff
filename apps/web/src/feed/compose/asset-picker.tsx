import { useState } from 'react';
import { api, ask, type Schemas } from '../../api/client';
import { useUser } from '../../session/use-session';
import { Button } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import { Pages, usePages } from '../../ui/pages';
import { Empty } from '../../ui/state';
import { words } from '../../words/words';

type AssetSummary = Schemas['AssetSummary'];

const PAGE = 60;
/** As the API has it. */
const MOST = 10;

interface AssetPickerProps {
  chosen: readonly AssetSummary[];
  onChoose: (chosen: readonly AssetSummary[]) => void;
  onClose: () => void;
}

/** One's own part of the library, newest first, to choose from: others' files cannot be posted. */
export function AssetPicker({ chosen, onChoose, onClose }: AssetPickerProps) {
  const [picked, setPicked] = useState(chosen);
  const { id: owner } = useUser();
  const query = usePages(['assets', 'picker', owner], (cursor) =>
    ask(api.GET('/assets', { params: { query: { status: 'READY', owner, limit: PAGE, cursor } } })),
  );
  const isPicked = (asset: AssetSummary): boolean => picked.some(({ id }) => id === asset.id);
  const toggle = (asset: AssetSummary): void =>
    setPicked(isPicked(asset) ? picked.filter(({ id }) => id !== asset.id) : [...picked, asset]);
  return (
    <Dialog
      open
      onClose={onClose}
      title={words.feed.addMedia}
      description={words.feed.atMost(MOST)}
      actions={
        <>
          <Button onClick={onClose}>{words.common.cancel}</Button>
          <Button kind="primary" onClick={() => onChoose(picked)}>
            {words.feed.add}
          </Button>
        </>
      }
    >
      <div className="picker-scroll">
        <Pages
          query={query}
          empty={
            <Empty icon="image" title={words.library.empty}>
              {words.library.emptyHint}
            </Empty>
          }
        >
          {(assets) => (
            <div className="picker">
              {assets.map((asset) => (
                <label key={asset.id} className="tile-picture" title={asset.title ?? asset.filename}>
                  {asset.thumbnailUrl !== null && <img src={asset.thumbnailUrl} alt="" data-shown="true" />}
                  <input
                    type="checkbox"
                    aria-label={asset.title ?? asset.filename}
                    checked={isPicked(asset)}
                    disabled={picked.length >= MOST && !isPicked(asset)}
                    onChange={() => toggle(asset)}
                  />
                </label>
              ))}
            </div>
          )}
        </Pages>
      </div>
    </Dialog>
  );
}
