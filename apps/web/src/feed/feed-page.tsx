import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { buttonClass } from '../ui/button';
import { Icon } from '../ui/icon';
import { Segments } from '../ui/segments';
import { Empty } from '../ui/state';
import { words } from '../words/words';
import { Compose } from './compose';
import { Posts } from './posts';
import type { Source } from './queries';

const SOURCES: Record<'following' | 'all', Source> = { following: { of: 'following' }, all: { of: 'all' } };

/** What those whom one follows have posted, or everybody. */
export function FeedPage() {
  const [of, setOf] = useState<keyof typeof SOURCES>('following');
  return (
    <div className="page narrow stack">
      <div className="page-head">
        <h1>{words.nav.feed}</h1>
        <Link to="/people" className={buttonClass({ small: true }, 'push')}>
          <Icon name="user" size={16} />
          {words.nav.people}
        </Link>
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
      <Compose />
      <Posts
        key={of}
        source={SOURCES[of]}
        empty={
          <Empty icon="feed" title={words.feed.empty}>
            {words.feed.emptyHint}
          </Empty>
        }
      />
    </div>
  );
}
