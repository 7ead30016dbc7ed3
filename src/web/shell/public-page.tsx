import { Copy } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ProviderMark } from '../providers/provider-mark.tsx';
import { LanguageMenu } from '../settings/language-menu.tsx';
import { ThemeMenu } from '../settings/theme-menu.tsx';
import { Logo } from '../ui/logo.tsx';
import { Mono } from '../ui/mono.tsx';
import { useProductName } from './product-name.ts';
import classes from './public-page.module.css';

const sample = [
  { id: 'openai', name: 'OpenAI', preview: 'sk-pro...9fQ2' },
  { id: 'deepseek', name: 'DeepSeek', preview: 'sk-4a1...c07e' },
  { id: 'anthropic', name: 'Anthropic', preview: 'sk-ant...XwAA' },
] as const;

/** Pages before the sign-in: the form on one side, what the product is on the other. */
export function PublicPage({ children }: { children: ReactNode }) {
  const { t } = useTranslation('sessions');
  const name = useProductName();
  return (
    <div className={classes.page}>
      <div className={classes.formSide}>
        <header className={classes.header}>
          <span className={classes.brand} translate="no">
            <Logo size={28} />
            {name}
          </span>
          <span className={classes.menus}>
            <LanguageMenu />
            <ThemeMenu />
          </span>
        </header>
        <main className={classes.main}>{children}</main>
      </div>
      <aside className={classes.pitch} aria-label={t('pitch.label')}>
        <div className={classes.card} aria-hidden>
          {sample.map(({ id, name, preview }) => (
            <div key={id} className={classes.row}>
              <ProviderMark providerId={id} name={name} size={24} />
              <span className={classes.name}>{name}</span>
              <Mono tone="secret">{preview}</Mono>
              <Copy size={15} className={classes.copy} />
            </div>
          ))}
        </div>
        <p className={classes.slogan}>{t('pitch.slogan')}</p>
        <ul className={classes.points}>
          <li>{t('pitch.sealed')}</li>
          <li>{t('pitch.copy')}</li>
          <li>{t('pitch.own')}</li>
        </ul>
      </aside>
    </div>
  );
}
