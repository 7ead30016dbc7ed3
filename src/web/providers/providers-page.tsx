import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Plus, SearchX } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { OperationReply } from '../../contract/operation.ts';
import type { Operations } from '../../contract/operations.ts';
import { dialects } from '../../contract/vocabulary.ts';
import { read } from '../api.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { FacetBar } from '../ui/facet-bar.tsx';
import { Page } from '../ui/page.tsx';
import { SearchField } from '../ui/search-field.tsx';
import { CardsSkeleton } from '../ui/skeletons.tsx';
import { CustomProviderForm } from './custom-provider-form.tsx';
import { CustomProviders } from './custom-providers.tsx';
import { ProviderCard } from './provider-card.tsx';
import classes from './providers.module.css';

export type Provider = OperationReply<Operations['GET /api/keys/providers']>['items'][number];

function isFound(provider: Provider, words: string, dialect: string | undefined): boolean {
  if (dialect !== undefined && !provider.dialects.some((spoken) => spoken === dialect)) return false;
  const text = `${provider.id} ${provider.name} ${provider.nameZh} ${provider.baseUrl ?? ''}`.toLowerCase();
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

function Found({ providers, onClear }: { providers: readonly Provider[]; onClear: () => void }) {
  const { t } = useTranslation(['providers', 'shell']);
  if (providers.length === 0)
    return (
      <EmptyState
        icon={SearchX}
        title={t('providers:nothing.title')}
        text={t('providers:nothing.text')}
        action={
          <Button variant="default" onClick={onClear}>
            {t('shell:ui.clearFilters')}
          </Button>
        }
      />
    );
  return (
    <ul className={classes.grid}>
      {providers.map((provider) => (
        <ProviderCard key={provider.id} provider={provider} />
      ))}
    </ul>
  );
}

export default function ProvidersPage() {
  const { t } = useTranslation('providers');
  const { q = '', dialect } = useSearch({ from: '/app/providers' });
  const navigate = useNavigate({ from: '/providers' });
  const providers = useQuery(read('GET /api/keys/providers'));
  const [isAdding, setIsAdding] = useState(false);
  const change = (patch: { q?: string; dialect?: string | undefined }) => {
    const next = { q, dialect, ...patch };
    void navigate({
      replace: true,
      search: {
        ...(next.q === '' ? {} : { q: next.q }),
        ...(next.dialect === undefined ? {} : { dialect: next.dialect }),
      },
    });
  };
  const presets = (providers.data?.items ?? []).filter((provider) => !provider.isCustom);
  return (
    <Page
      title={t('title')}
      lead={t('lead', { count: presets.length })}
      action={
        <Button leftSection={<Plus size={16} aria-hidden />} onClick={() => setIsAdding(true)}>
          {t('custom.add')}
        </Button>
      }
    >
      <CustomProviders />
      <div className={classes.tools}>
        <SearchField
          className={classes.search}
          value={q}
          onChange={(words) => change({ q: words })}
          label={t('search')}
        />
        <FacetBar
          facets={[
            {
              id: 'dialect',
              label: t('dialect'),
              value: dialect,
              options: dialects.map((value) => ({
                value,
                label: t(`dialects.${value}`),
                count: presets.filter((provider) => provider.dialects.includes(value)).length,
              })),
              onChange: (value) => change({ dialect: value }),
            },
          ]}
        />
      </div>
      {providers.isPending && <CardsSkeleton cards={12} height={168} />}
      {providers.isError && <ErrorState error={providers.error} onRetry={() => void providers.refetch()} />}
      {providers.data !== undefined && (
        <Found
          providers={presets.filter((provider) => isFound(provider, q.trim(), dialect))}
          onClear={() => change({ q: '', dialect: undefined })}
        />
      )}
      {isAdding && <CustomProviderForm onClose={() => setIsAdding(false)} />}
    </Page>
  );
}
