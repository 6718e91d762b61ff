import { Link } from '@tanstack/react-router';
import { words } from '../words/words';
import type { Person } from './queries';

export const nameOf = ({ displayName, username }: Pick<Person, 'displayName' | 'username'>): string =>
  displayName ?? username ?? words.feed.somebody;

/** As addresses name somebody: who has chosen no name is found by the id. */
export const addressOf = ({ username, id }: Pick<Person, 'username' | 'id'>): { username: string } => ({
  username: username ?? id,
});

export function Avatar({ person }: { person: Pick<Person, 'avatarUrl'> }) {
  return <img className="avatar" src={person.avatarUrl} alt="" width={36} height={36} loading="lazy" />;
}

export function PersonName({ person }: { person: Person }) {
  const { username } = person;
  return (
    <Link to="/people/$username" params={addressOf(person)} className="person">
      <strong>{nameOf(person)}</strong> {username !== null && <span className="muted">@{username}</span>}
    </Link>
  );
}
