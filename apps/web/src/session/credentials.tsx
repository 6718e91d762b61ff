import { useMutation } from '@tanstack/react-query';
import { useState, type ReactNode, type SubmitEvent } from 'react';
import { ApiProblem } from '../api/problem';
import { enter, type SignedIn } from '../api/session';
import { Button } from '../ui/button';
import { Field } from '../ui/field';
import { ErrorNotice } from '../ui/state';
import { words } from '../words/words';

interface CredentialsProps {
  submit: string;
  autoComplete: 'current-password' | 'new-password';
  passwordHint?: string;
  send: (credentials: { email: string; password: string }) => Promise<SignedIn>;
  onDone: () => void;
  footer: ReactNode;
}

/** E-mail and password, for signing in and for registering. */
export function Credentials({ submit, autoComplete, passwordHint, send, onDone, footer }: CredentialsProps) {
  const [shown, setShown] = useState(false);
  const { mutate, isPending, error } = useMutation({
    mutationFn: send,
    onSuccess: (answer) => {
      enter(answer);
      onDone();
    },
  });
  const onSubmit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string): string => {
      const value = form.get(name);
      return typeof value === 'string' ? value : '';
    };
    mutate({ email: text('email'), password: text('password') });
  };
  const ofField = (name: string): string | undefined => (error instanceof ApiProblem ? error.ofField(name) : undefined);
  const fieldErrors = { email: ofField('email'), password: ofField('password') };
  const isElsewhere = fieldErrors.email === undefined && fieldErrors.password === undefined;
  return (
    <form className="stack" onSubmit={onSubmit}>
      {isElsewhere && <ErrorNotice error={error} />}
      <Field
        label={words.session.email}
        name="email"
        type="email"
        autoComplete="username"
        required
        autoFocus
        error={fieldErrors.email}
      />
      <Field
        label={words.session.password}
        name="password"
        type={shown ? 'text' : 'password'}
        autoComplete={autoComplete}
        required
        error={fieldErrors.password}
        hint={passwordHint}
      />
      <label className="row small">
        <input type="checkbox" checked={shown} onChange={() => setShown(!shown)} />
        {words.session.show}
      </label>
      <Button kind="primary" type="submit" disabled={isPending}>
        {submit}
      </Button>
      <p className="muted">{footer}</p>
    </form>
  );
}
