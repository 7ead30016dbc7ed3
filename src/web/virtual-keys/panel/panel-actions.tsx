import { Button } from '@mantine/core';
import { Ban, Pencil, RefreshCw } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAllowed } from '../../accounts/use-allowed.ts';
import shared from '../../credentials/panel/panel.module.css';
import type { VirtualKey } from '../virtual-key.ts';
import classes from './panel.module.css';
import { RevokeDialog } from './revoke-dialog.tsx';

const EditDialog = lazy(() => import('../form/edit-dialog.tsx'));
const RotateDialog = lazy(() => import('../issued/rotate-dialog.tsx'));

/** What can be done with a virtual key that is not revoked. */
export function PanelActions({ virtualKey }: { virtualKey: VirtualKey }) {
  const { t } = useTranslation('virtualKeys');
  const isAllowed = useAllowed('virtual-key:edit');
  const [open, setOpen] = useState<'edit' | 'rotate' | 'revoke' | null>(null);
  if (!isAllowed) return null;
  const close = () => setOpen(null);
  return (
    <div className={classes.actions}>
      <Button
        size="compact-sm"
        variant="default"
        leftSection={<Pencil size={14} aria-hidden />}
        onClick={() => setOpen('edit')}
      >
        {t('panel.edit')}
      </Button>
      <Button
        size="compact-sm"
        variant="default"
        leftSection={<RefreshCw size={14} aria-hidden />}
        onClick={() => setOpen('rotate')}
      >
        {t('panel.rotate')}
      </Button>
      <Button
        size="compact-sm"
        variant="default"
        className={shared.danger ?? ''}
        leftSection={<Ban size={14} aria-hidden />}
        onClick={() => setOpen('revoke')}
      >
        {t('panel.revoke')}
      </Button>
      <Suspense fallback={null}>
        {open === 'edit' && <EditDialog virtualKey={virtualKey} onClose={close} />}
        {open === 'rotate' && <RotateDialog virtualKey={virtualKey} onClose={close} />}
      </Suspense>
      <RevokeDialog virtualKey={virtualKey} isOpen={open === 'revoke'} onClose={close} />
    </div>
  );
}
