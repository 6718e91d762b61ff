import type { ReactNode } from 'react';
import { IconButton } from '../ui/button';
import { ago, when } from '../words/format';
import { words } from '../words/words';

interface NewsFrameProps {
  /** Who did it, or a drawing of what happened. */
  picture: ReactNode;
  /** What it says, for the button that marks it as read. */
  text: string;
  isUnread: boolean;
  isPending: boolean;
  createdAt: string;
  onRead: () => void;
  children: ReactNode;
}

/** One line of the news. */
export function NewsFrame({ picture, text, isUnread, isPending, createdAt, onRead, children }: NewsFrameProps) {
  return (
    <li data-unread={isUnread}>
      {picture}
      <div className="grow">
        {children}
        <time className="muted small" dateTime={createdAt} title={when(createdAt)}>
          {ago(createdAt)}
        </time>
      </div>
      {isUnread && (
        <IconButton small icon="check" label={words.notifications.read(text)} disabled={isPending} onClick={onRead} />
      )}
    </li>
  );
}
