import { Link, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { buttonClass } from '../ui/button';
import { Icon } from '../ui/icon';
import { Segments } from '../ui/segments';
import { Empty } from '../ui/state';
import { words } from '../words/words';
import { Compose } from './compose/compose';
import { Posts } from './posts';
import type { Source } from './queries';
import { Found, SearchPosts } from './search';

const SOURCES: Record<'following' | 'all', Source> = { following: { of: 'following' }, all: { of: 'all' } };

/** What those whom one follows have posted, or everybody; or what is found. */
export function FeedPage() {
  const { q } = useSearch({ from: '/inside/feed' });
  return (
    <div className="page narrow stack">
      <div className="page-head">
        <h1>{words.nav.feed}</h1>
        <Link to="/people" className={buttonClass({ small: true }, 'push')}>
          <Icon name="user" size={16} />
          {words.nav.people}
        </Link>
        <SearchPosts q={q} />
      </div>
      {/* What was begun to be written is there after a search. */}
      <div hidden={q !== undefined}>
        <Compose />
      </div>
      {q === undefined ? <Timeline /> : <Found key={q} q={q} />}
    </div>
  );
}

function Timeline() {
  const [of, setOf] = useState<keyof typeof SOURCES>('following');
  return (
    <>
      <div className="row end">
        <Segments
          label={words.feed.show}
          value={of}
          onChange={setOf}
          options={[
            ['following', words.feed.following],
            ['all', words.feed.everybody],
          ]}
        />
      </div>
      <Posts
        key={of}
        source={SOURCES[of]}
        looks={of === 'all'}
        empty={
          <Empty icon="feed" title={words.feed.empty}>
            {words.feed.emptyHint}
          </Empty>
        }
      />
    </>
  );
}
