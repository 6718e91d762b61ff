import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { api, ask } from '../api/client';
import { words } from '../words/words';
import { Credentials } from './credentials';
import { Entry } from './entry';

export function Register() {
  const { invitation } = useSearch({ from: '/register' });
  const navigate = useNavigate();
  return (
    <Entry
      title={words.session.registerTitle}
      hint={invitation === undefined ? words.session.registerHint : words.session.invitedHint}
    >
      <Credentials
        submit={words.session.register}
        autoComplete="new-password"
        passwordHint={words.session.passwordHint}
        send={(credentials) =>
          ask(
            api.POST('/auth/register', {
              body: { ...credentials, invitationToken: invitation },
              params: { header: { 'X-Session': 'cookie' } },
            }),
          )
        }
        onDone={() => void navigate({ to: '/', replace: true })}
        footer={
          <>
            {words.session.haveAccount} <Link to="/login">{words.session.signIn}</Link>
          </>
        }
      />
    </Entry>
  );
}
