import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../../contract/client.ts';
import { api } from '../api.ts';
import { useLinkToken } from '../sessions/link-token.ts';
import form from '../shell/public-form.module.css';
import { PublicPage } from '../shell/public-page.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { useDocumentTitle } from '../ui/page.tsx';
import { OpenForm } from './open-form.tsx';
import { OpenedSecret } from './opened-secret.tsx';

/**
 * `/shared#<token>`: shows what the link leads to, and the secret only after a click. Programs that look at links before
 * people do, such as previews in chats, send no token and press no button.
 */
export default function SharedPage() {
  const token = useLinkToken();
  // Another link in the same tab begins anew, and what the first one showed is gone.
  return <Shared key={token} token={token} />;
}

function Shared({ token }: { token: string | null }) {
  const { t } = useTranslation('shareLinks');
  const id = useId();
  const [isOpened, setIsOpened] = useState(false);
  const [isGone, setIsGone] = useState(false);
  // Kept out of state, so that nothing that shows or logs the state of the page can show it.
  const secret = useRef('');
  const found = useQuery({
    // The token opens a secret, so it is no part of the key, which tools and logs show.
    queryKey: ['POST /api/shared/read', id],
    queryFn: () => api('POST /api/shared/read', { body: { token: token ?? '' } }),
    enabled: token !== null && !isOpened && !isGone,
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
  });
  const isUsed = isGone || (found.error instanceof ApiError && found.error.code === 'link_used');
  const stage = token === null ? 'noToken' : isOpened ? 'opened' : isUsed ? 'gone' : 'waiting';
  const title = t(
    stage === 'waiting' ? 'shared.title' : stage === 'opened' ? 'shared.openedTitle' : `shared.${stage}Title`,
  );
  useDocumentTitle(title);
  return (
    <PublicPage>
      <h1 tabIndex={-1}>{title}</h1>
      {stage === 'noToken' && <p className={form.lead}>{t('shared.noToken')}</p>}
      {stage === 'gone' && (
        <div role="status">
          <p className={form.lead}>{t('shared.gone')}</p>
          <p className={form.foot}>{t('shared.goneHint')}</p>
        </div>
      )}
      {stage === 'waiting' && found.isPending && <Skeleton height={180} mt="md" radius="md" />}
      {stage === 'waiting' && found.isError && <ErrorState error={found.error} onRetry={() => void found.refetch()} />}
      {stage === 'waiting' && found.data !== undefined && token !== null && (
        <OpenForm
          token={token}
          found={found.data}
          onOpened={(given) => {
            secret.current = given;
            setIsOpened(true);
          }}
          onGone={() => setIsGone(true)}
        />
      )}
      {stage === 'opened' && <OpenedSecret readSecret={() => secret.current} />}
    </PublicPage>
  );
}
