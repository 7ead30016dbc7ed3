import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ArrowLeft } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { read } from '../api.ts';
import { useLocale } from '../locales/use-locale.ts';
import { LanguageMenu } from '../settings/language-menu.tsx';
import { ThemeMenu } from '../settings/theme-menu.tsx';
import { Logo } from '../ui/logo.tsx';
import { useDocumentTitle } from '../ui/page.tsx';
import classes from './terms-page.module.css';
import { TermsText } from './terms-text.tsx';

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
        <Terms />
      </main>
    </div>
  );
}

/** What the administrators wrote, else what comes with the product; that one too where the server cannot be asked. */
function Terms() {
  const { t } = useTranslation('terms');
  const locale = useLocale();
  const terms = useQuery(read('GET /api/terms'));
  const own = terms.data?.[locale] ?? null;
  if (terms.isPending) return <Skeleton height={420} mt={24} radius="md" />;
  if (own !== null)
    return (
      <div className={classes.text}>
        <TermsText text={own} />
      </div>
    );
  return (
    <div className={classes.text}>
      <p className={classes.lead}>{t('lead')}</p>
      {sections.map((section) => (
        <section key={section}>
          <h2>{t(`sections.${section}.title`)}</h2>
          <p>{t(`sections.${section}.text`)}</p>
        </section>
      ))}
    </div>
  );
}
