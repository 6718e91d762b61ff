import { useUser } from '../session/use-session';
import { words } from '../words/words';
import { Invitations } from './invitations';
import { Members } from './members';
import { TenantSettings } from './tenant-settings';

/** The team that one belongs to: who is in it, who was asked, and what it has decided. */
export function TeamPage() {
  const isOwner = useUser().tenantRole === 'OWNER';
  return (
    <div className="page narrow stack">
      <div className="page-head">
        <h1>{words.nav.team}</h1>
      </div>
      <TenantSettings mayChange={isOwner} />
      <Members mayChange={isOwner} />
      {isOwner && <Invitations />}
    </div>
  );
}
