import { Link } from '@tanstack/react-router';
import type { Post } from '../queries';

/** What may be a mention or a hashtag; which of them are, the post says. */
const MARK = /(@[A-Za-z0-9_.-]+|[#＃][\p{L}\p{M}\p{N}\p{Pc}]+)/u;

/** The text of a post, in which names and hashtags lead to the person and to posts with the same. */
export function PostText({ post: { text, mentions, hashtags } }: { post: Post }) {
  const names = new Set(mentions.map(({ username }) => username));
  const toLink = (part: string, key: number) => {
    const said = part.slice(1).normalize('NFKC').toLowerCase();
    if (part.startsWith('@')) {
      const username = [said, said.replace(/[.-]+$/, '')].find((name) => names.has(name));
      if (username === undefined) return part;
      return (
        <span key={key}>
          <Link to="/people/$username" params={{ username }}>
            {part.slice(0, username.length + 1)}
          </Link>
          {part.slice(username.length + 1)}
        </span>
      );
    }
    if (!hashtags.includes(said)) return part;
    return (
      <Link key={key} to="/feed" search={{ q: `#${said}` }}>
        {part}
      </Link>
    );
  };
  // Every second part is what the pattern has found.
  return (
    <p className="pre wrap-anywhere">
      {text.split(MARK).map((part, index) => (index % 2 === 0 ? part : toLink(part, index)))}
    </p>
  );
}
