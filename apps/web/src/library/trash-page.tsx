import { Empty } from '../ui/state';
import { words } from '../words/words';
import { ShelfView } from './shelf-view';

const EVERYTHING = {};

export function TrashPage() {
  return (
    <div className="page wide">
      <div className="page-head">
        <div>
          <h1>{words.nav.trash}</h1>
          <p className="muted">{words.library.trashHint}</p>
        </div>
      </div>
      <ShelfView
        shelf="trash"
        filters={EVERYTHING}
        empty={
          <Empty icon="trash" title={words.library.trashEmpty}>
            {words.library.trashEmptyHint}
          </Empty>
        }
      />
    </div>
  );
}
