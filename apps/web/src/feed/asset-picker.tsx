import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ask, type Schemas } from '../api/client';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { Empty, Failed, SkeletonLines } from '../ui/state';
import { words } from '../words/words';

type AssetSummary = Schemas['AssetSummary'];

const SHOWN = 60;

interface AssetPickerProps {
  chosen: readonly AssetSummary[];
  onChoose: (chosen: readonly AssetSummary[]) => void;
  onClose: () => void;
}

/** The newest of the library, to choose from. */
export function AssetPicker({ chosen, onChoose, onClose }: AssetPickerProps) {
  const [picked, setPicked] = useState(chosen);
  const { data, error } = useQuery({
    queryKey: ['assets', 'picker'],
    queryFn: () => ask(api.GET('/assets', { params: { query: { status: 'READY', limit: SHOWN } } })),
  });
  const toggle = (asset: AssetSummary): void =>
    setPicked(
      picked.some(({ id }) => id === asset.id) ? picked.filter(({ id }) => id !== asset.id) : [...picked, asset],
    );
  return (
    <Dialog
      open
      onClose={onClose}
      title={words.feed.addMedia}
      actions={
        <>
          <Button onClick={onClose}>{words.common.cancel}</Button>
          <Button kind="primary" onClick={() => onChoose(picked)}>
            {words.feed.add}
          </Button>
        </>
      }
    >
      {!data && (error ? <Failed error={error} /> : <SkeletonLines />)}
      {data?.items.length === 0 && (
        <Empty icon="image" title={words.library.empty}>
          {words.library.emptyHint}
        </Empty>
      )}
      <div className="picker">
        {data?.items.map((asset) => (
          <label key={asset.id} className="tile-picture">
            {asset.thumbnailUrl !== null && <img src={asset.thumbnailUrl} alt="" data-shown="true" />}
            <input
              type="checkbox"
              aria-label={asset.title ?? asset.filename}
              checked={picked.some(({ id }) => id === asset.id)}
              onChange={() => toggle(asset)}
            />
          </label>
        ))}
      </div>
    </Dialog>
  );
}
