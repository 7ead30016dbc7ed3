import { Button, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api.ts';
import settings from '../../settings/settings.module.css';
import { InlineError } from '../../ui/error-state.tsx';
import { toastDone } from '../../ui/toasts.tsx';
import { WORKSPACE_NAME_LENGTH_MAX } from '../../workspaces/limits.ts';
import { useRefreshWorkspace, type Workspace } from '../../workspaces/workspace-queries.ts';
import { Card } from './card.tsx';

export function NameCard({ workspace }: { workspace: Workspace }) {
  const { t } = useTranslation(['workspaces', 'shell']);
  const refresh = useRefreshWorkspace();
  const [name, setName] = useState(workspace.name);
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const isMissing = name.trim() === '';
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (isMissing) return;
    setIsBusy(true);
    setError(null);
    try {
      const changed = await api('PUT /api/workspace', { body: { name: name.trim() } });
      setName(changed.name);
      toastDone(t('workspaces:name.saved', { name: changed.name }));
      await refresh();
    } catch (thrown) {
      setError(thrown);
    } finally {
      setIsBusy(false);
    }
  };
  return (
    <Card
      title={t('workspaces:name.title')}
      lead={t(workspace.kind === 'team' ? 'workspaces:name.lead' : 'workspaces:name.leadPersonal')}
    >
      <form className={settings.cardBody} noValidate onSubmit={(event) => void submit(event)}>
        <TextInput
          aria-label={t('workspaces:name.label')}
          value={name}
          maxLength={WORKSPACE_NAME_LENGTH_MAX}
          autoComplete="off"
          error={isMissing && t('workspaces:create.nameMissing')}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        {error !== null && <InlineError error={error} />}
        <div>
          <Button type="submit" loading={isBusy} disabled={name.trim() === workspace.name}>
            {t('shell:ui.save')}
          </Button>
        </div>
      </form>
    </Card>
  );
}
