import { Link } from '@tanstack/react-router';
import { words } from '../words/words';
import type { Person } from './queries';

export const nameOf = ({ displayName, username }: Pick<Person, 'displayName' | 'username'>): string =>
  displayName ?? username ?? words.feed.somebody;

export function Avatar({ person }: { person: Pick<Person, 'avatarUrl'> }) {
  return <img className="avatar" src={person.avatarUrl} alt="" width={36} height={36} loading="lazy" />;
}

export function PersonName({ person }: { person: Person }) {
  const { username } = person;
  if (username === null) return <strong>{nameOf(person)}</strong>;
  return (
    <Link to="/people/$username" params={{ username }} className="person">
      <strong>{nameOf(person)}</strong> <span className="muted">@{username}</span>
    </Link>
  );
}
