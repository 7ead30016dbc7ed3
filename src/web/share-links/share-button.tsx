import { Button } from '@mantine/core';
import { Link2 } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAllowed } from '../accounts/use-allowed.ts';
import { type Credential, may } from '../credentials/credential.ts';

const OneTimeLinkDialog = lazy(() => import('./one-time-link-dialog.tsx'));

/** Opens the one-time links of a key; not there for who may not copy it. */
export function ShareButton({ credential }: { credential: Credential }) {
  const { t } = useTranslation('shareLinks');
  const isAllowed = useAllowed('share-link:create');
  const [isOpen, setIsOpen] = useState(false);
  if (!isAllowed || !may(credential, 'copy') || credential.deletedAt !== null) return null;
  return (
    <>
      <Button
        size="compact-sm"
        ml="sm"
        variant="default"
        leftSection={<Link2 size={14} aria-hidden />}
        onClick={() => setIsOpen(true)}
      >
        {t('dialog.action')}
      </Button>
      {isOpen && (
        <Suspense fallback={null}>
          <OneTimeLinkDialog credential={credential} onClose={() => setIsOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
