import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../../contract/client.ts';
import type { OperationReply } from '../../contract/operation.ts';
import type { Operations } from '../../contract/operations.ts';
import type { Me } from '../accounts/me.ts';
import { api, read } from '../api.ts';
import { useLocale } from '../locales/use-locale.ts';
import { noteSignedOut } from '../sessions/session-cookie.ts';
import settings from '../settings/settings.module.css';
import form from '../shell/public-form.module.css';
import { InlineError } from '../ui/error-state.tsx';
import { LinkButton } from '../ui/link-button.tsx';
import { formatExact } from '../ui/time.tsx';
import { toastDone, toastError } from '../ui/toasts.tsx';
import { chooseWorkspace } from '../workspaces/chosen-workspace.ts';
import { forgetInvitation } from './invitation-token.ts';

type Invitation = OperationReply<Operations['POST /api/invitations/read']>;

interface OfferProps {
  token: string;
  invitation: Invitation;
  me: Me | null;
  onWaiting: (workspaceName: string) => void;
}

/** Who invites to what; whoever is signed in accepts it, everybody else signs in or registers first. */
export function Offer({ token, invitation, me, onWaiting }: OfferProps) {
  const { t } = useTranslation('invitations');
  const { workspaceName, invitedBy } = invitation;
  const instanceLead =
    invitedBy === null ? t('accept.leadInstanceNobody') : t('accept.leadInstance', { person: invitedBy });
  const lead = (name: string) =>
    invitedBy === null ? t('accept.leadNobody', { name }) : t('accept.lead', { person: invitedBy, name });
  return (
    <>
      <h1 tabIndex={-1}>
        {workspaceName === null ? t('accept.titleInstance') : t('accept.title', { name: workspaceName })}
      </h1>
      <p className={form.lead}>{workspaceName === null ? instanceLead : lead(workspaceName)}</p>
      <Facts invitation={invitation} />
      <div className={form.ways}>
        {me === null ? (
          <SignedOut />
        ) : (
          <SignedIn token={token} workspaceName={workspaceName} me={me} onWaiting={onWaiting} />
        )}
      </div>
    </>
  );
}

function Facts({ invitation }: { invitation: Invitation }) {
  const { t } = useTranslation(['invitations', 'members', 'shell']);
  const locale = useLocale();
  const { role, workspaceName, emailHint, expiresAt, needsConfirmation } = invitation;
  return (
    <>
      <dl className={settings.facts}>
        {workspaceName !== null && (
          <>
            <dt>{t('invitations:accept.role')}</dt>
            <dd>
              <strong>{t(`shell:workspace.role.${role}`)}</strong>
              <br />
              {t(`members:roleHint.${role}`)}
            </dd>
          </>
        )}
        {emailHint !== null && (
          <>
            <dt>{t('invitations:accept.for')}</dt>
            <dd>{emailHint}</dd>
          </>
        )}
        <dt>{t('invitations:accept.until')}</dt>
        <dd>{formatExact(expiresAt, locale)}</dd>
      </dl>
      {needsConfirmation && <p className={form.foot}>{t('invitations:accept.confirmation')}</p>}
    </>
  );
}

function SignedOut() {
  const { t } = useTranslation('invitations');
  const instance = useQuery(read('GET /api/instance')).data;
  return (
    <>
      <LinkButton to="/sign-in" search={{ next: '/invite' }} size="md">
        {t('accept.signIn')}
      </LinkButton>
      {instance !== undefined && instance.signUp !== 'closed' && (
        <LinkButton to="/register" size="md" variant="default">
          {t('accept.register')}
        </LinkButton>
      )}
    </>
  );
}

interface SignedInProps {
  token: string;
  workspaceName: string | null;
  me: Me;
  onWaiting: (workspaceName: string) => void;
}

function SignedIn({ token, workspaceName, me, onWaiting }: SignedInProps) {
  const { t } = useTranslation('invitations');
  const router = useRouter();
  const queryClient = useQueryClient();
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const isMember = error instanceof ApiError && error.code === 'already_member';
  const accept = async (name: string) => {
    setIsBusy(true);
    setError(null);
    try {
      const { workspaceId, state } = await api('POST /api/invitations/accept', { body: { token } });
      forgetInvitation();
      queryClient.clear();
      if (state === 'pending') return onWaiting(name);
      chooseWorkspace(workspaceId);
      toastDone(t('accept.joined', { name }));
      router.history.push('/');
    } catch (thrown) {
      setError(thrown);
      setIsBusy(false);
    }
  };
  const changeAccount = async () => {
    try {
      await api('POST /api/logout');
      noteSignedOut();
      chooseWorkspace(null);
      queryClient.clear();
      router.history.push('/sign-in?next=%2Finvite');
    } catch (thrown) {
      toastError(thrown);
    }
  };
  if (workspaceName === null || isMember)
    return (
      <>
        <p className={settings.plain}>{t(isMember ? 'accept.alreadyMember' : 'accept.haveAccount')}</p>
        <LinkButton to="/" size="md" onClick={forgetInvitation}>
          {t('accept.goOn')}
        </LinkButton>
      </>
    );
  return (
    <>
      {error !== null && <InlineError error={error} />}
      <Button size="md" loading={isBusy} onClick={() => void accept(workspaceName)}>
        {t('accept.submit')}
      </Button>
      <p className={form.under}>
        {t('accept.signedInAs', { email: me.user.email })}{' '}
        <Button variant="transparent" size="compact-sm" px={0} onClick={() => void changeAccount()}>
          {t('accept.other')}
        </Button>
      </p>
    </>
  );
}
