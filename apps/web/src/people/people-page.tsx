import { api, ask } from '../api/client';
import { addressOf } from '../feed/person';
import type { Person } from '../feed/queries';
import { Button } from '../ui/button';
import { Pages, usePages } from '../ui/pages';
import { Section } from '../ui/section';
import { useChange } from '../ui/use-change';
import { words } from '../words/words';
import { People } from './people';

const REQUESTS = ['people', 'requests'];
const BLOCKS = ['people', 'blocks'];

/** Who asks to follow, and whom one has blocked. */
export function PeoplePage() {
  const requests = usePages(REQUESTS, (cursor) =>
    ask(api.GET('/users/me/follow-requests', { params: { query: { cursor } } })),
  );
  const blocks = usePages(BLOCKS, (cursor) => ask(api.GET('/users/me/blocks', { params: { query: { cursor } } })));
  return (
    <div className="page narrow stack">
      <div className="page-head">
        <h1>{words.nav.people}</h1>
      </div>
      <Section id="requests" title={words.people.requests} hint={words.people.requestsHint}>
        <Pages query={requests} empty={<p className="body muted">{words.people.noRequests}</p>}>
          {(people) => <People people={people}>{(person) => <Answer person={person} />}</People>}
        </Pages>
      </Section>
      <Section id="blocks" title={words.people.blocks} hint={words.people.blocksHint}>
        <Pages query={blocks} empty={<p className="body muted">{words.people.noBlocks}</p>}>
          {(people) => <People people={people}>{(person) => <Unblock person={person} />}</People>}
        </Pages>
      </Section>
    </div>
  );
}

function Answer({ person }: { person: Person }) {
  const params = { path: addressOf(person) };
  const accept = useChange(() => ask(api.PUT('/users/me/follow-requests/{username}', { params })), REQUESTS);
  const refuse = useChange(() => ask(api.DELETE('/users/me/follow-requests/{username}', { params })), REQUESTS);
  const isPending = accept.isPending || refuse.isPending;
  return (
    <div className="row">
      <Button small kind="primary" disabled={isPending} onClick={() => accept.mutate()}>
        {words.people.accept}
      </Button>
      <Button small disabled={isPending} onClick={() => refuse.mutate()}>
        {words.people.refuse}
      </Button>
    </div>
  );
}

function Unblock({ person }: { person: Person }) {
  const params = { path: addressOf(person) };
  const { mutate, isPending } = useChange(() => ask(api.DELETE('/users/{username}/block', { params })), BLOCKS);
  return (
    <Button small disabled={isPending} onClick={() => mutate()}>
      {words.people.unblock}
    </Button>
  );
}
