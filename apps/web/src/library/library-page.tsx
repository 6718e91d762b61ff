import { words } from '../words/words';

export function LibraryPage() {
  return (
    <div className="page wide">
      <div className="page-head">
        <h1>{words.nav.library}</h1>
      </div>
    </div>
  );
}
