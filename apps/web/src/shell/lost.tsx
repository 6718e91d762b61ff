import { Link, useRouter, type ErrorComponentProps } from '@tanstack/react-router';
import { hasCode, Unreachable } from '../api/problem';
import { Button, buttonClass } from '../ui/button';
import { Empty, Failed } from '../ui/state';
import { words } from '../words/words';

export function NotFound() {
  return (
    <Empty
      icon="search"
      title={words.errors.notFound}
      action={
        <Link to="/" className={buttonClass({})}>
          {words.errors.home}
        </Link>
      }
    >
      {words.errors.notFoundHint}
    </Empty>
  );
}

export function Forbidden() {
  return (
    <Empty icon="lock" title={words.errors.forbidden}>
      {words.errors.forbiddenHint}
    </Empty>
  );
}

export function Crashed({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const again = (): void => {
    reset();
    void router.invalidate();
  };
  if (error instanceof Unreachable) return <Failed error={error} retry={again} />;
  if (hasCode(error, 'FORBIDDEN')) return <Forbidden />;
  return (
    <Empty
      icon="warning"
      title={words.errors.crashed}
      action={
        <Button icon="retry" onClick={() => location.reload()}>
          {words.errors.reload}
        </Button>
      }
    >
      {words.errors.crashedHint}
    </Empty>
  );
}
