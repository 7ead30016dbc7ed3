import { Link } from '@tanstack/react-router';
import { ArrowLeft } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { LanguageMenu } from '../settings/language-menu.tsx';
import { ThemeMenu } from '../settings/theme-menu.tsx';
import { Logo } from '../ui/logo.tsx';
import { useDocumentTitle } from '../ui/page.tsx';
import classes from './terms-page.module.css';

const sections = ['what', 'data', 'secrecy', 'you', 'others', 'loss', 'end', 'changes'] as const;

export default function TermsPage() {
  const { t } = useTranslation('terms');
  useDocumentTitle(t('title'));
  return (
    <div className={classes.page}>
      <header className={classes.header}>
        <Link to="/" className={classes.back}>
          <ArrowLeft size={16} aria-hidden /> {t('back')}
        </Link>
        <span className={classes.menus}>
          <LanguageMenu />
          <ThemeMenu />
        </span>
      </header>
      <main className={classes.main}>
        <Logo size={36} />
        <h1 tabIndex={-1}>{t('title')}</h1>
        <p className={classes.lead}>{t('lead')}</p>
        {sections.map((section) => (
          <section key={section}>
            <h2>{t(`sections.${section}.title`)}</h2>
            <p>{t(`sections.${section}.text`)}</p>
          </section>
        ))}
      </main>
    </div>
  );
}
