import { Button, Skeleton } from '@mantine/core';
import { CircleCheck, CirclePause, Clock, OctagonX, Plus } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api.ts';
import panel from '../../credentials/panel/panel.module.css';
import { Section } from '../../credentials/panel/section.tsx';
import { useNow } from '../../credentials/use-now.ts';
import { useLocale } from '../../locales/use-locale.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { InlineError } from '../../ui/error-state.tsx';
import { Mono } from '../../ui/mono.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { formatRelative, Time } from '../../ui/time.tsx';
import { toastDone } from '../../ui/toasts.tsx';
import { type Program, type ProgramToken, useRefreshPrograms, useTokens } from './program.ts';

const IssueTokenDialog = lazy(() => import('./issue-token-dialog.tsx'));

const looks = {
  active: { tone: 'good', icon: CircleCheck },
  suspended: { tone: 'attention', icon: CirclePause },
  expired: { tone: 'unknown', icon: Clock },
  revoked: { tone: 'unknown', icon: OctagonX },
} as const;

/** Those that work now or may work again. */
const isAlive = ({ state }: ProgramToken): boolean => state === 'active' || state === 'suspended';

/** The tokens of a program: those that work, and behind a button those that no longer do. */
export function TokensSection({ program }: { program: Program }) {
  const { t } = useTranslation('serviceAccounts');
  const tokens = useTokens(program.id);
  const [isIssuing, setIsIssuing] = useState(false);
  const [showsOlder, setShowsOlder] = useState(false);
  const [revoking, setRevoking] = useState<ProgramToken | null>(null);
  const working = tokens.data?.items.filter(isAlive) ?? [];
  const older = tokens.data?.items.filter((token) => !isAlive(token)) ?? [];
  const shown = showsOlder ? [...working, ...older] : working;
  return (
    <Section
      title={t('tokens.title')}
      action={
        <Button size="compact-sm" leftSection={<Plus size={14} aria-hidden />} onClick={() => setIsIssuing(true)}>
          {t('tokens.issue')}
        </Button>
      }
    >
      {tokens.isPending && <Skeleton height={56} radius="md" />}
      {tokens.isError && <InlineError error={tokens.error} />}
      {tokens.data !== undefined && working.length === 0 && <p className={panel.hint}>{t('tokens.none')}</p>}
      {shown.length > 0 && (
        <ul className={`${panel.box} ${panel.lines}`}>
          {shown.map((token) => (
            <TokenLine key={token.id} token={token} onRevoke={() => setRevoking(token)} />
          ))}
        </ul>
      )}
      {older.length > 0 && !showsOlder && (
        <div>
          <Button size="compact-sm" variant="subtle" color="gray" onClick={() => setShowsOlder(true)}>
            {t('tokens.older', { count: older.length })}
          </Button>
        </div>
      )}
      {isIssuing && (
        <Suspense fallback={null}>
          <IssueTokenDialog program={program} onClose={() => setIsIssuing(false)} />
        </Suspense>
      )}
      {revoking !== null && <RevokeToken program={program} token={revoking} onClose={() => setRevoking(null)} />}
    </Section>
  );
}

function TokenLine({ token, onRevoke }: { token: ProgramToken; onRevoke: () => void }) {
  const { t } = useTranslation('serviceAccounts');
  const locale = useLocale();
  const { name, preview, state, expiresAt, lastUsedAt, ipAllowList } = token;
  const now = useNow();
  const expiry = (time: string) => {
    const when = formatRelative(time, now, locale);
    return state === 'expired' ? t('tokens.expired', { when }) : t('tokens.expires', { when });
  };
  return (
    <li className={panel.line}>
      <div className={panel.lineMain}>
        {name} <Mono tone="secret">{preview}</Mono>
        <div className={panel.lineSide}>
          {state !== 'revoked' && <>{expiresAt === null ? t('tokens.forever') : expiry(expiresAt)} · </>}
          {t('tokens.lastUsed')} <Time value={lastUsedAt} fallback={t('tokens.neverUsed')} />
        </div>
        {state === 'suspended' && <div className={panel.lineSide}>{t('tokens.suspendedWhy')}</div>}
        {ipAllowList !== null && (
          <div className={panel.lineSide}>{t('tokens.from', { addresses: ipAllowList.join(', ') })}</div>
        )}
      </div>
      <StatusBadge {...looks[state]}>{t(`tokens.state.${state}`)}</StatusBadge>
      {isAlive(token) && (
        <Button
          size="compact-xs"
          variant="subtle"
          color="gray"
          aria-label={t('tokens.revokeNamed', { name })}
          onClick={onRevoke}
        >
          {t('tokens.revoke')}
        </Button>
      )}
    </li>
  );
}

interface RevokeTokenProps {
  program: Program;
  token: ProgramToken;
  onClose: () => void;
}

function RevokeToken({ program, token, onClose }: RevokeTokenProps) {
  const { t } = useTranslation('serviceAccounts');
  const refresh = useRefreshPrograms();
  const { id: tokenId, name } = token;
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      title={t('tokens.revokeTitle', { name })}
      confirmLabel={t('tokens.revoke')}
      onConfirm={async () => {
        await api('DELETE /api/service-accounts/{id}/tokens/{tokenId}', { params: { id: program.id, tokenId } });
        toastDone(t('tokens.revoked', { name }));
        await refresh();
      }}
    >
      <p>{t('tokens.revokeText')}</p>
    </ConfirmDialog>
  );
}
