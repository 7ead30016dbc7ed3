import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../../contract/client.ts';
import type { Me } from '../accounts/me.ts';
import { api } from '../api.ts';
import { hasNoSessionCookie } from '../sessions/session-cookie.ts';
import form from '../shell/public-form.module.css';
import { PublicPage } from '../shell/public-page.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { LinkButton } from '../ui/link-button.tsx';
import { useDocumentTitle } from '../ui/page.tsx';
import { chooseWorkspace, chosenWorkspace } from '../workspaces/chosen-workspace.ts';
import { forgetInvitation, takeInvitationToken } from './invitation-token.ts';
import { Offer } from './offer.tsx';

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
