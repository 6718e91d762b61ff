import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { api, ask } from '../api/client';
import { words } from '../words/words';
import { Credentials } from './credentials';
import { Entry } from './entry';

export function SignIn() {
  const { next } = useSearch({ from: '/login' });
  const navigate = useNavigate();
  return (
    <Entry title={words.session.signInTitle} hint={words.session.signInHint}>
      <Credentials
        submit={words.session.signIn}
        autoComplete="current-password"
        send={(body) => ask(api.POST('/auth/login', { body, params: { header: { 'X-Session': 'cookie' } } }))}
        onDone={() => void navigate({ href: next ?? '/', replace: true })}
        footer={
          <>
            {words.session.noAccount} <Link to="/register">{words.session.register}</Link>
          </>
        }
      />
    </Entry>
  );
}
