import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ask } from '../api/client';
import { leave } from '../api/session';
import { Button, buttonClass } from '../ui/button';
import { Field } from '../ui/field';
import { FormDialog } from '../ui/form-dialog';
import { secretOf } from '../ui/form-values';
import { Icon } from '../ui/icon';
import { Section } from '../ui/section';
import { sayError } from '../ui/state';
import { useChange } from '../ui/use-change';
import { ago, bytes, when } from '../words/format';
import { words } from '../words/words';

const KEY = ['export'];
const LOOK_EVERY_MS = 2_000;

/** All that is kept of the account: to be taken along, or to be ended. */
export function OwnData() {
  const [isLeaving, setIsLeaving] = useState(false);
  return (
    <Section id="own-data" title={words.account.ownData}>
      <ul className="lines">
        <ExportLine />
        <li className="wrap">
          <div className="grow line-text">
            {words.account.deleteAccount}
            <div className="muted small">{words.account.deleteAccountHint}</div>
          </div>
          <Button small danger onClick={() => setIsLeaving(true)}>
            {words.account.deleteAccount}
          </Button>
        </li>
      </ul>
      {isLeaving && <LeaveDialog onClose={() => setIsLeaving(false)} />}
    </Section>
  );
}

/** To look for an export begins one where there is none: it is looked for when somebody asks. */
function ExportLine() {
  const [isWanted, setIsWanted] = useState(false);
  const { data, error } = useQuery({
    queryKey: KEY,
    queryFn: () => ask(api.GET('/users/me/export')),
    enabled: isWanted,
    refetchInterval: ({ state }) => (state.data?.state === 'PENDING' ? LOOK_EVERY_MS : false),
  });
  const again = useChange(() => ask(api.POST('/users/me/export')), KEY);
  const isMade = data?.state === 'READY' && data.downloadUrl !== null;
  return (
    <li className="wrap">
      <div className="grow line-text" role="status">
        {words.account.export}
        <div className="muted small">
          {isMade && data.readyAt !== null
            ? words.account.exportMade(ago(data.readyAt), bytes(data.size ?? 0))
            : data?.state === 'FAILED'
              ? data.failureReason
              : error
                ? sayError(error)
                : words.account.exportHint}
        </div>
      </div>
      {isMade && (
        <a
          className={buttonClass({ small: true, kind: 'primary' })}
          href={data.downloadUrl ?? ''}
          title={data.expiresAt === null ? undefined : words.account.exportUntil(when(data.expiresAt))}
          download
        >
          <Icon name="download" size={16} />
          {words.asset.download}
        </a>
      )}
      {data === undefined || data.state === 'PENDING' ? (
        <Button small disabled={isWanted && !error} onClick={() => setIsWanted(true)}>
          {isWanted && !error ? words.account.exportUnderWay : words.account.exportGet}
        </Button>
      ) : (
        <Button small disabled={again.isPending} onClick={() => again.mutate()}>
          {words.account.exportAgain}
        </Button>
      )}
    </li>
  );
}

function LeaveDialog({ onClose }: { onClose: () => void }) {
  const { mutate, isPending, error } = useMutation({
    mutationFn: (password: string) => ask(api.DELETE('/users/me', { body: { password } })),
    onSuccess: leave,
  });
  return (
    <FormDialog
      title={words.account.deleteAccountAsk}
      description={words.account.deleteAccountHint}
      submit={words.account.deleteAccount}
      danger
      onSubmit={(form) => mutate(secretOf(form, 'password'))}
      {...{ isPending, error, onClose }}
    >
      <Field
        label={words.account.passwordNow}
        name="password"
        type="password"
        autoComplete="current-password"
        required
      />
    </FormDialog>
  );
}
