import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { toastDone } from '../../ui/toasts.tsx';
import { useSwitchWorkspace } from '../../workspaces/active-workspace.ts';
import type { Workspace } from '../../workspaces/workspace-queries.ts';
import { Card } from './card.tsx';

export function LeaveCard({ workspace }: { workspace: Workspace }) {
  const { t } = useTranslation('workspaces');
  const switchTo = useSwitchWorkspace();
  const [isAsking, setIsAsking] = useState(false);
  const { id, name } = workspace;
  return (
    <>
      <Card
        title={t('leave.title')}
        lead={t('leave.lead')}
        action={
          <Button size="xs" variant="default" onClick={() => setIsAsking(true)}>
            {t('leave.action')}
          </Button>
        }
      />
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setIsAsking(false)}
        title={t('leave.dialogTitle', { name })}
        confirmLabel={t('leave.confirm')}
        onConfirm={async () => {
          await api('POST /api/workspaces/{id}/leave', { params: { id } });
          toastDone(t('leave.done', { name }));
          await switchTo(null, '/');
        }}
      >
        <p>{t('leave.text')}</p>
      </ConfirmDialog>
    </>
  );
}
