import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { LanguageMenu } from '../settings/language-menu.tsx';
import { ThemeMenu } from '../settings/theme-menu.tsx';
import { Logo } from '../ui/logo.tsx';
import { Mono } from '../ui/mono.tsx';
import classes from './public-page.module.css';

const sample = [
  { name: 'OpenAI', preview: 'sk-pro...9fQ2' },
  { name: 'DeepSeek', preview: 'sk-4a1...c07e' },
  { name: 'Anthropic', preview: 'sk-ant...XwAA' },
] as const;

/** Pages before the sign-in: the form on one side, what the product is on the other. */
export function PublicPage({ children }: { children: ReactNode }) {
  const { t } = useTranslation('sessions');
  return (
    <div className={classes.page}>
      <div className={classes.formSide}>
        <header className={classes.header}>
          <span className={classes.brand} translate="no">
            <Logo size={28} />
            API Key Manager
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
          {sample.map(({ name, preview }) => (
            <div key={name} className={classes.row}>
              <span>{name}</span>
              <Mono tone="secret">{preview}</Mono>
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
