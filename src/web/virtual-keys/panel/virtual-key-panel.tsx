import { Skeleton } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import shared from '../../credentials/panel/panel.module.css';
import { Section } from '../../credentials/panel/section.tsx';
import { useNow } from '../../credentials/use-now.ts';
import { useLocale } from '../../locales/use-locale.ts';
import { ErrorState } from '../../ui/error-state.tsx';
import { Mono } from '../../ui/mono.tsx';
import { SidePanel } from '../../ui/side-panel.tsx';
import { formatExact, formatRelative } from '../../ui/time.tsx';
import { Connect } from '../issued/connect.tsx';
import type { VirtualKey, VirtualKeyId } from '../virtual-key.ts';
import { useVirtualKey } from '../virtual-key-queries.ts';
import { VirtualKeyStateBadge } from '../virtual-key-state.tsx';
import { BudgetsSection } from './budgets-section.tsx';
import { DetailsSection } from './details-section.tsx';
import { KeysSection } from './keys-section.tsx';
import { LimitsSection } from './limits-section.tsx';
import classes from './panel.module.css';
import { PanelActions } from './panel-actions.tsx';
import { UsageSection } from './usage-section.tsx';

interface VirtualKeyPanelProps {
  id: VirtualKeyId;
  /** The row of the list, shown until the full answer comes. */
  inList: VirtualKey | undefined;
  onClose: () => void;
}

/** Everything about one virtual key, beside the list. */
export function VirtualKeyPanel({ id, inList, onClose }: VirtualKeyPanelProps) {
  const { t } = useTranslation('virtualKeys');
  const { data: virtualKey, error, refetch } = useVirtualKey(id, inList);
  return (
    <SidePanel
      isOpen
      onClose={onClose}
      title={virtualKey === undefined ? t('panel.title') : <span className={shared.titleName}>{virtualKey.name}</span>}
    >
      {virtualKey !== undefined && <Content virtualKey={virtualKey} />}
      {virtualKey === undefined && error !== null && <ErrorState error={error} onRetry={() => void refetch()} />}
      {virtualKey === undefined && error === null && (
        <div className={shared.sections} aria-hidden>
          <Skeleton height={30} width={180} />
          <Skeleton height={96} radius="md" />
          <Skeleton height={180} radius="md" />
        </div>
      )}
    </SidePanel>
  );
}

function Content({ virtualKey }: { virtualKey: VirtualKey }) {
  const { t } = useTranslation('virtualKeys');
  const isRevoked = virtualKey.state === 'revoked';
  return (
    <div className={shared.sections}>
      <div className={classes.top}>
        <div className={classes.identity}>
          <Mono tone="secret">{virtualKey.preview}</Mono>
          <VirtualKeyStateBadge state={virtualKey.state} />
        </div>
        {!isRevoked && <PanelActions virtualKey={virtualKey} />}
      </div>
      <Notice virtualKey={virtualKey} />
      <BudgetsSection virtualKey={virtualKey} />
      <UsageSection virtualKey={virtualKey} />
      <KeysSection virtualKey={virtualKey} />
      <LimitsSection virtualKey={virtualKey} />
      <DetailsSection virtualKey={virtualKey} />
      {!isRevoked && (
        <Section title={t('panel.connect')}>
          <Connect virtualKey={virtualKey} />
        </Section>
      )}
    </div>
  );
}

/** A word about what is out of the ordinary: revoked, expired, or an earlier secret that still works. */
function Notice({ virtualKey }: { virtualKey: VirtualKey }) {
  const { t } = useTranslation('virtualKeys');
  const locale = useLocale();
  const now = useNow();
  const { state, revokedAt, expiresAt, previousSecretUntil } = virtualKey;
  const words =
    revokedAt !== null
      ? t('panel.revokedAt', { when: formatRelative(revokedAt, now, locale) })
      : state === 'expired' && expiresAt !== null
        ? t('panel.expiredAt', { when: formatRelative(expiresAt, now, locale) })
        : previousSecretUntil === null
          ? null
          : t('panel.previousUntil', { when: formatExact(previousSecretUntil, locale) });
  if (words === null) return null;
  return (
    <div className={shared.notice}>
      <p>{words}</p>
    </div>
  );
}
