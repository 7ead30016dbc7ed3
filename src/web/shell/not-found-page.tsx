import { useTranslation } from 'react-i18next';
import { LinkButton } from '../ui/link-button.tsx';
import { Logo } from '../ui/logo.tsx';
import { useDocumentTitle } from '../ui/page.tsx';
import classes from './message-page.module.css';

export function NotFoundPage() {
  const { t } = useTranslation();
  useDocumentTitle(t('notFound.title'));
  return (
    <main className={classes.page}>
      <Logo size={44} />
      <h1 tabIndex={-1}>{t('notFound.title')}</h1>
      <p>{t('notFound.text')}</p>
      <LinkButton to="/">{t('notFound.back')}</LinkButton>
    </main>
  );
}
