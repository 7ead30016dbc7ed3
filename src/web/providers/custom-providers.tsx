import { ActionIcon } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Pencil, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, read } from '../api.ts';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';
import { LinkButton } from '../ui/link-button.tsx';
import { toastDone } from '../ui/toasts.tsx';
import { CustomProviderForm } from './custom-provider-form.tsx';
import { type CustomProvider, useRefreshProviders } from './custom-provider-queries.ts';
import { DialectTags } from './dialect-tags.tsx';
import { ProviderMark } from './provider-mark.tsx';
import classes from './providers.module.css';

/** The providers of one's own, above the presets. Nothing is shown while there are none. */
export function CustomProviders() {
  const { t } = useTranslation(['providers', 'shell']);
  const { data } = useQuery(read('GET /api/custom-providers'));
  const refresh = useRefreshProviders();
  const [edited, setEdited] = useState<CustomProvider | null>(null);
  const [doomed, setDoomed] = useState<CustomProvider | null>(null);
  if (data === undefined || data.items.length === 0) return null;
  return (
    <section aria-labelledby="custom-providers">
      <h2 id="custom-providers" className={classes.customTitle}>
        {t('providers:custom.title')}
      </h2>
      <ul className={classes.customList}>
        {data.items.map((provider) => (
          <li key={provider.id} className={classes.custom}>
            <ProviderMark providerId={provider.id} name={provider.name} size={28} />
            <div className={classes.customWords}>
              <strong>{provider.name}</strong>
              <code>{provider.baseUrl}</code>
            </div>
            <DialectTags dialects={provider.dialects} />
            <LinkButton
              to="/keys"
              search={{ add: 1, provider: provider.id }}
              size="xs"
              variant="light"
              leftSection={<Plus size={14} aria-hidden />}
              aria-label={t('providers:addKeyTo', { name: provider.name })}
            >
              {t('providers:addKey')}
            </LinkButton>
            <ActionIcon
              aria-label={t('providers:custom.editNamed', { name: provider.name })}
              onClick={() => setEdited(provider)}
            >
              <Pencil size={15} aria-hidden />
            </ActionIcon>
            <ActionIcon
              aria-label={t('providers:custom.deleteNamed', { name: provider.name })}
              onClick={() => setDoomed(provider)}
            >
              <Trash2 size={15} aria-hidden />
            </ActionIcon>
          </li>
        ))}
      </ul>
      {edited !== null && <CustomProviderForm provider={edited} onClose={() => setEdited(null)} />}
      <ConfirmDialog
        isOpen={doomed !== null}
        onClose={() => setDoomed(null)}
        title={t('providers:custom.deleteTitle', { name: doomed?.name ?? '' })}
        confirmLabel={t('providers:custom.delete')}
        onConfirm={async () => {
          if (doomed === null) return;
          await api('DELETE /api/custom-providers/{id}', { params: { id: doomed.id } });
          await refresh();
          toastDone(t('providers:custom.deleted', { name: doomed.name }));
        }}
      >
        <p>{t('providers:custom.deleteText', { name: doomed?.name ?? '', host: doomed?.baseUrl ?? '' })}</p>
      </ConfirmDialog>
    </section>
  );
}
