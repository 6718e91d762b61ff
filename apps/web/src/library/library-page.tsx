import { useNavigate, useSearch } from '@tanstack/react-router';
import { useUser } from '../session/use-session';
import { Button, IconButton } from '../ui/button';
import { Empty } from '../ui/state';
import { FilePicker } from '../uploads/file-picker';
import { words } from '../words/words';
import { isFiltered, type Filters } from './filters';
import { ShelfView } from './shelf-view';
import { Toolbar } from './toolbar';

/** Everything that is not in the trash. */
export function LibraryPage() {
  const filters = useSearch({ from: '/inside/' });
  const navigate = useNavigate();
  const mayAdd = useUser().tenantRole !== 'VIEWER';
  const change = (search: Filters): void => void navigate({ to: '/', search, replace: true });
  return (
    <div className="page wide">
      <div className="page-head">
        <h1>{words.nav.library}</h1>
        {mayAdd && (
          <div className="row">
            <FilePicker folder>
              {(open) => <IconButton kind="plain" icon="folder" label={words.uploads.pickFolder} onClick={open} />}
            </FilePicker>
            <FilePicker>
              {(open) => (
                <Button kind="primary" icon="upload" onClick={open}>
                  {words.uploads.pick}
                </Button>
              )}
            </FilePicker>
          </div>
        )}
      </div>
      <Toolbar filters={filters} onChange={change} />
      <ShelfView
        shelf="library"
        filters={filters}
        empty={
          isFiltered(filters) ? (
            <Empty
              icon="search"
              title={words.library.nothingFound}
              action={<Button onClick={() => change({})}>{words.library.clearFilters}</Button>}
            >
              {words.library.nothingFoundHint}
            </Empty>
          ) : (
            <Empty
              icon="upload"
              title={words.library.empty}
              action={
                mayAdd && (
                  <FilePicker>
                    {(open) => (
                      <Button kind="primary" onClick={open}>
                        {words.uploads.pick}
                      </Button>
                    )}
                  </FilePicker>
                )
              }
            >
              {mayAdd ? words.library.emptyHint : words.library.viewersOnly}
            </Empty>
          )
        }
      />
    </div>
  );
}
