import type { ReactNode } from 'react';
import { ApiProblem, Unreachable } from '../api/problem';
import { sayProblem } from '../words/said';
import { words } from '../words/words';
import { Button } from './button';
import { Icon, type IconName } from './icon';

/** What is there when nothing is: why, and what to do next. */
export function Empty({
  icon,
  title,
  children,
  action,
}: {
  icon: IconName;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className="empty">
      <Icon name={icon} />
      <h2>{title}</h2>
      {children && <p>{children}</p>}
      {action}
    </div>
  );
}

/** What a person is told of an error. */
export function sayError(error: unknown): string {
  if (error instanceof Unreachable) return words.errors.unreachable;
  if (error instanceof ApiProblem)
    return error.code === 'RATE_LIMITED' ? words.errors.wait(error.retryAfter ?? 1) : sayProblem(error);
  return words.errors.crashed;
}

export function Failed({ error, retry }: { error: unknown; retry?: () => void }) {
  const requestId = error instanceof ApiProblem ? error.document.requestId : '';
  return (
    <div className="empty" role="alert">
      <Icon name="warning" />
      <h2>{words.errors.title}</h2>
      <p>{sayError(error)}</p>
      {requestId !== '' && <code className="muted">{words.errors.request(requestId)}</code>}
      {retry && (
        <Button icon="retry" onClick={retry}>
          {words.common.retry}
        </Button>
      )}
    </div>
  );
}

/** In a form or a dialog, where the rest stays. */
export function ErrorNotice({ error }: { error: unknown }) {
  if (error == null) return null;
  return (
    <div className="notice danger" role="alert">
      <Icon name="warning" />
      <span>{sayError(error)}</span>
    </div>
  );
}

/** Holds the place of `lines` rows while they load. */
export function SkeletonLines({ lines = 3, height = 18 }: { lines?: number; height?: number }) {
  return (
    <div className="stack" aria-busy="true" aria-label={words.common.loading} role="status">
      {Array.from({ length: lines }, (_, index) => (
        <div key={index} className="skeleton" style={{ height, width: `${90 - ((index * 17) % 40)}%` }} />
      ))}
    </div>
  );
}
