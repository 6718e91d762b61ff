import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { DropdownMenu } from 'radix-ui';
import type { User } from '../api/session';
import { signOut } from '../session/sign-out';
import { Icon } from '../ui/icon';
import { sayFailed } from '../ui/toasts';
import { words } from '../words/words';

export function AccountMenu({ user }: { user: User }) {
  const { mutate } = useMutation({ mutationFn: () => signOut(), onError: sayFailed });
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger className="who">
        <img className="avatar" src={`/avatars/${user.id}/64`} alt="" width={30} height={30} />
        <span className="truncate grow">{user.username ?? user.email}</span>
        <Icon name="more" />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" side="top" align="start" sideOffset={6}>
          <DropdownMenu.Item asChild>
            <Link to="/account" className="menu-item">
              <Icon name="user" />
              {words.nav.account}
            </Link>
          </DropdownMenu.Item>
          <DropdownMenu.Item asChild>
            <a href="/docs" className="menu-item">
              <Icon name="docs" />
              {words.nav.apiDocs}
            </a>
          </DropdownMenu.Item>
          <hr />
          <DropdownMenu.Item className="menu-item" onSelect={() => mutate()}>
            <Icon name="signOut" />
            {words.nav.signOut}
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
