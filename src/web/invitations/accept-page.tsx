import { Button, Skeleton } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../../contract/client.ts';
import type { OperationReply } from '../../contract/operation.ts';
import type { Operations } from '../../contract/operations.ts';
import type { Me } from '../accounts/me.ts';
import { api, read } from '../api.ts';
import { useLocale } from '../locales/use-locale.ts';
import { hasNoSessionCookie, noteSignedOut } from '../sessions/session-cookie.ts';
import settings from '../settings/settings.module.css';
import form from '../shell/public-form.module.css';
import { PublicPage } from '../shell/public-page.tsx';
import { ErrorState, InlineError } from '../ui/error-state.tsx';
import { LinkButton } from '../ui/link-button.tsx';
import { useDocumentTitle } from '../ui/page.tsx';
import { formatExact } from '../ui/time.tsx';
import { toastDone, toastError } from '../ui/toasts.tsx';
import { chooseWorkspace, chosenWorkspace } from '../workspaces/chosen-workspace.ts';
import { forgetInvitation, takeInvitationToken } from './invitation-token.ts';

type Invitation = OperationReply<Operations['POST /api/invitations/read']>;

/** The token, also of a second link that is opened in the same tab: that changes nothing but the part behind `#`. */
function useInvitationToken(): string | null {
  const [token, setToken] = useState(takeInvitationToken);
  useEffect(() => {
    const look = () => setToken(takeInvitationToken());
    window.addEventListener('hashchange', look);
    return () => window.removeEventListener('hashchange', look);
  }, []);
  return token;
}

/** Who is signed in, or null. Nobody is asked for where the browser has no session at all. */
function useWhoIsHere() {
  return useQuery({
    queryKey: ['who is here'],
    queryFn: async (): Promise<Me | null> => {
      if (hasNoSessionCookie()) return null;
      try {
        return await api('GET /api/me');
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        if (error.httpStatus === 401) return null;
        // The workspace chosen on this device is gone.
        if (error.httpStatus !== 404 || chosenWorkspace() === null) throw error;
        chooseWorkspace(null);
        return await api('GET /api/me');
      }
    },
    gcTime: 0,
  });
}

/** `/invite#<token>`: says who invites to what, to anybody; whoever is signed in accepts, everybody else signs in first. */
export default function AcceptPage() {
  const token = useInvitationToken();
  return <PublicPage>{token === null ? <NoToken /> : <Invited key={token} token={token} />}</PublicPage>;
}

function NoToken() {
  const { t } = useTranslation('invitations');
  useDocumentTitle(t('accept.noTokenTitle'));
  return (
    <>
      <h1 tabIndex={-1}>{t('accept.noTokenTitle')}</h1>
      <p className={form.lead}>{t('accept.noToken')}</p>
      <LinkButton to="/" size="md" variant="default">
        {t('accept.goOn')}
      </LinkButton>
    </>
  );
}

function Invited({ token }: { token: string }) {
  const { t } = useTranslation('invitations');
  const invitation = useQuery({
    queryKey: ['invitation', token],
    queryFn: () => api('POST /api/invitations/read', { body: { token } }),
    gcTime: 0,
  });
  const who = useWhoIsHere();
  const [waitingFor, setWaitingFor] = useState<string | null>(null);
  const isUsed = invitation.error instanceof ApiError && invitation.error.code === 'link_used';
  useEffect(() => {
    if (isUsed) forgetInvitation();
  }, [isUsed]);
  useDocumentTitle(t('accept.loading'));
  if (waitingFor !== null) return <Waiting name={waitingFor} />;
  if (isUsed) return <Used />;
  const failed = invitation.error ?? who.error;
  if (failed !== null) {
    const retry = () => void Promise.all([invitation.refetch(), who.refetch()]);
    return <ErrorState error={failed} onRetry={retry} />;
  }
  if (invitation.data === undefined || who.data === undefined) return <Skeleton height={280} radius="lg" />;
  return <Offer token={token} invitation={invitation.data} me={who.data} onWaiting={setWaitingFor} />;
}

function Used() {
  const { t } = useTranslation('invitations');
  return (
    <>
      <h1 tabIndex={-1}>{t('accept.usedTitle')}</h1>
      <p className={form.lead}>{t('accept.used')}</p>
      <LinkButton to="/" size="md" variant="default">
        {t('accept.goOn')}
      </LinkButton>
    </>
  );
}

function Waiting({ name }: { name: string }) {
  const { t } = useTranslation('invitations');
  return (
    <>
      <h1 tabIndex={-1}>{t('accept.waitingTitle')}</h1>
      <p className={form.lead} role="status">
        {t('accept.waiting', { name })}
      </p>
      <LinkButton to="/" size="md">
        {t('accept.goOn')}
      </LinkButton>
    </>
  );
}

interface OfferProps {
  token: string;
  invitation: Invitation;
  me: Me | null;
  onWaiting: (workspaceName: string) => void;
}

function Offer({ token, invitation, me, onWaiting }: OfferProps) {
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
