import { Link } from '@tanstack/react-router';
import { ExternalLink, Plus } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useLocale } from '../locales/use-locale.ts';
import { CopyButton } from '../ui/copy.tsx';
import { LinkButton } from '../ui/link-button.tsx';
import { DialectTags } from './dialect-tags.tsx';
import { ProviderMark } from './provider-mark.tsx';
import classes from './providers.module.css';
import type { Provider } from './providers-page.tsx';

/** What a provider is called in the language on the screen. */
export function useProviderName(): (provider: Pick<Provider, 'name' | 'nameZh'>) => string {
  const locale = useLocale();
  return ({ name, nameZh }) => (locale === 'zh-CN' ? nameZh : name);
}

function Host({ provider }: { provider: Provider }) {
  const { t } = useTranslation('providers');
  if (provider.baseUrl === null)
    return <span className={classes.hostAsked}>{t('hostAsked', { example: provider.baseUrlExample ?? '–' })}</span>;
  return (
    <span className={classes.host}>
      <code title={provider.baseUrl}>{provider.baseUrl.replace(/^https?:\/\//, '')}</code>
      <CopyButton
        value={provider.baseUrl}
        label={t('copyHost', { name: provider.name })}
        name={provider.baseUrl}
        size={24}
      />
    </span>
  );
}

export function ProviderCard({ provider }: { provider: Provider }) {
  const { t } = useTranslation(['providers', 'shell']);
  const name = useProviderName()(provider);
  return (
    <li className={classes.card}>
      <header className={classes.cardHeader}>
        <span className={classes.mark}>
          <ProviderMark providerId={provider.id} name={name} size={24} />
        </span>
        <div className={classes.cardWords}>
          <h2>{name}</h2>
          {provider.models > 0 ? (
            <Link to="/models" search={{ provider: provider.id }}>
              {t('providers:models', { count: provider.models })}
            </Link>
          ) : (
            <span>{t('providers:noModels')}</span>
          )}
        </div>
      </header>
      <Host provider={provider} />
      <DialectTags dialects={provider.dialects} />
      <footer className={classes.cardFooter}>
        <LinkButton
          to="/keys"
          search={{ add: 1, provider: provider.id }}
          size="xs"
          variant="light"
          leftSection={<Plus size={14} aria-hidden />}
          aria-label={t('providers:addKeyTo', { name })}
        >
          {t('providers:addKey')}
        </LinkButton>
        {provider.consoleUrl !== null && (
          <a
            href={provider.consoleUrl}
            target="_blank"
            rel="noreferrer noopener"
            aria-label={t('shell:ui.opensNewTab', { name: `${t('providers:console')}: ${name}` })}
          >
            {t('providers:console')} <ExternalLink size={13} aria-hidden />
          </a>
        )}
      </footer>
    </li>
  );
}
