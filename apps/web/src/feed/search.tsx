import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { api, ask } from '../api/client';
import { People } from '../people/people';
import { textOf } from '../ui/form-values';
import { Icon } from '../ui/icon';
import { Empty } from '../ui/state';
import { words } from '../words/words';
import { Posts } from './posts';

/** Words, #tags, or the name of somebody. */
export function SearchPosts({ q }: { q: string | undefined }) {
  const navigate = useNavigate();
  const input = useRef<HTMLInputElement>(null);
  // A #tag and the way back change what is searched for as well.
  useEffect(() => {
    if (input.current) input.current.value = q ?? '';
  }, [q]);
  return (
    <form
      role="search"
      className="search"
      onSubmit={(event) => {
        event.preventDefault();
        const wanted = textOf(new FormData(event.currentTarget), 'q') ?? undefined;
        void navigate({ to: '/feed', search: { q: wanted } });
      }}
    >
      <Icon name="search" size={16} />
      <input
        ref={input}
        type="search"
        name="q"
        className="input"
        aria-label={words.feed.search}
        placeholder={words.feed.search}
        maxLength={200}
        // The browser's own cross leads back.
        onChange={({ target }) => target.value === '' && q !== undefined && void navigate({ to: '/feed' })}
      />
    </form>
  );
}

/** Of people so many are enough to see whether the one is among them. */
const PEOPLE = 5;

/** Whose name begins so, and posts with these words. */
export function Found({ q }: { q: string }) {
  const name = q.replace(/^@/, '').slice(0, 64);
  const { data } = useQuery({
    queryKey: ['people', 'found', name],
    queryFn: () => ask(api.GET('/people', { params: { query: { q: name, limit: PEOPLE } } })),
    enabled: !q.startsWith('#') && name !== '',
  });
  return (
    <>
      {data && data.items.length > 0 && (
        <section className="card" aria-label={words.nav.people}>
          <People people={data.items} />
        </section>
      )}
      <Posts
        source={{ of: 'search', q }}
        looks={false}
        empty={
          <Empty icon="search" title={words.library.nothingFound}>
            {words.feed.searchHint}
          </Empty>
        }
      />
    </>
  );
}
