import type { ReactNode } from 'react';
import { Avatar, PersonName } from '../feed/person';
import type { Person } from '../feed/queries';

/** People in lines, with what can be done about each. */
export function People({ people, children }: { people: Person[]; children?: (person: Person) => ReactNode }) {
  return (
    <ul className="lines">
      {people.map((person) => (
        <li key={person.id} className="wrap">
          <Avatar person={person} />
          <div className="grow line-text truncate">
            <PersonName person={person} />
          </div>
          {children?.(person)}
        </li>
      ))}
    </ul>
  );
}
