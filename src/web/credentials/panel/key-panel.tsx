import { Skeleton } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useAllowed } from '../../accounts/use-allowed.ts';
import { ProviderMark } from '../../providers/provider-mark.tsx';
import { ShareButton } from '../../share-links/share-button.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { SidePanel } from '../../ui/side-panel.tsx';
import { type Credential, type CredentialId, may } from '../credential.ts';
import { KeyPreview } from '../key-preview.tsx';
import { useKey, useProviders } from '../key-queries.ts';
import { AccessSection } from './access-section.tsx';
import { ConnectionSection } from './connection-section.tsx';
import { DetailsSection } from './details-section.tsx';
import { HistorySection } from './history-section.tsx';
import classes from './panel.module.css';
import { SecretSection } from './secret-section.tsx';
import { TrashNotice, TrashSection } from './trash-section.tsx';
import { UseSection } from './use-section.tsx';
import { UsedBy } from './used-by.tsx';

interface KeyPanelProps {
  id: CredentialId;
  /** The row of the list, shown until the full answer comes. */
  inList: Credential | undefined;
  onClose: () => void;
  onOpen: (id: CredentialId) => void;
}

/** Everything about one key, beside the list. */
export function KeyPanel({ id, inList, onClose, onOpen }: KeyPanelProps) {
  const { t } = useTranslation('credentials');
  const { data: credential, error, refetch } = useKey(id, inList);
  const hasHistory = useAllowed('audit:read');
  return (
    <SidePanel
      isOpen
      onClose={onClose}
      title={credential === undefined ? t('panel.title') : <Title {...{ credential }} />}
    >
      {credential !== undefined && (
        <div className={classes.sections}>
          <div className={classes.preview}>
            <KeyPreview credential={credential} />
            <ShareButton credential={credential} />
          </div>
          <AccessNote credential={credential} />
          <TrashNotice credential={credential} onGone={onClose} />
          <ConnectionSection credential={credential} onOpen={onOpen} />
          <DetailsSection credential={credential} />
          <AccessSection credential={credential} onGone={onClose} />
          <UseSection credential={credential} />
          <UsedBy id={id} />
          <SecretSection credential={credential} />
          {hasHistory && <HistorySection credential={credential} />}
          <TrashSection credential={credential} onGone={onClose} />
        </div>
      )}
      {credential === undefined && error !== null && <ErrorState error={error} onRetry={() => void refetch()} />}
      {credential === undefined && error === null && <PanelSkeleton />}
    </SidePanel>
  );
}

function Title({ credential }: { credential: Credential }) {
  const { nameOf } = useProviders();
  return (
    <span className={classes.title}>
      <ProviderMark providerId={credential.provider} name={nameOf(credential.provider)} size={28} />
      <span className={classes.titleWords}>
        <span className={classes.titleName}>{credential.name}</span>
        <span className={classes.titleProvider}>{nameOf(credential.provider)}</span>
      </span>
    </span>
  );
}

/** Says what the person may do when that is less than everything. */
function AccessNote({ credential }: { credential: Credential }) {
  const { t } = useTranslation('credentials');
  if (may(credential, 'manage') && credential.mayCopy) return null;
  if (may(credential, 'manage')) return <p className={classes.hint}>{t('access.noCopy')}</p>;
  const level = may(credential, 'copy') ? 'copy' : may(credential, 'use') ? 'use' : 'see';
  return <p className={classes.hint}>{t(`access.${level}`)}</p>;
}

function PanelSkeleton() {
  return (
    <div className={classes.sections} aria-hidden>
      <Skeleton height={30} width={180} />
      <Skeleton height={96} radius="md" />
      <Skeleton height={220} radius="md" />
      <Skeleton height={120} radius="md" />
    </div>
  );
}
