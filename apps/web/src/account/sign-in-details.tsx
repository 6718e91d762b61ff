import { useState } from 'react';
import { useUser } from '../session/use-session';
import { Button } from '../ui/button';
import { Section } from '../ui/section';
import { words } from '../words/words';
import { EmailDialog } from './email-dialog';
import { PasswordDialog } from './password-dialog';

/** What one signs in with. */
export function SignInDetails() {
  const [asks, setAsks] = useState<'email' | 'password'>();
  const { email } = useUser();
  const close = (): void => setAsks(undefined);
  return (
    <Section id="sign-in" title={words.account.signIn}>
      <ul className="lines">
        <li>
          <div className="grow">
            {words.session.email}
            <div className="muted small wrap-anywhere">{email}</div>
          </div>
          <Button small onClick={() => setAsks('email')}>
            {words.account.changeEmail}
          </Button>
        </li>
        <li>
          <div className="grow">{words.session.password}</div>
          <Button small onClick={() => setAsks('password')}>
            {words.account.changePassword}
          </Button>
        </li>
      </ul>
      {asks === 'email' && <EmailDialog onClose={close} />}
      {asks === 'password' && <PasswordDialog onClose={close} />}
    </Section>
  );
}
