import { api, ask } from '../api/client';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { Pages, usePages } from '../ui/pages';
import { words } from '../words/words';
import { People } from './people';

interface PeopleDialogProps {
  username: string;
  of: 'followers' | 'following';
  onClose: () => void;
}

/** Who follows somebody, or whom they follow. */
export function PeopleDialog({ username, of, onClose }: PeopleDialogProps) {
  const query = usePages(['people', 'one', username, of], (cursor) => {
    const params = { path: { username }, query: { cursor } };
    return ask(
      of === 'followers'
        ? api.GET('/users/{username}/followers', { params })
        : api.GET('/users/{username}/following', { params }),
    );
  });
  return (
    <Dialog
      open
      onClose={onClose}
      title={words.people[of]}
      actions={<Button onClick={onClose}>{words.common.close}</Button>}
    >
      <div className="people-list">
        <Pages query={query} empty={<p className="muted">{words.people.nobody}</p>}>
          {(people) => <People people={people} />}
        </Pages>
      </div>
    </Dialog>
  );
}
