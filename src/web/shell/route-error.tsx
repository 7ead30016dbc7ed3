import { Button } from '@mantine/core';
import { type ErrorComponentProps, useRouter } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../../contract/client.ts';
import { ErrorState } from '../ui/error-state.tsx';
import { Logo } from '../ui/logo.tsx';
import { useDocumentTitle } from '../ui/page.tsx';
import classes from './message-page.module.css';

/** A chunk of an older build is gone once a newer one is installed. */
function isOutdated(error: unknown): boolean {
  return (
    error instanceof Error &&
    /dynamically imported module|importing a module script|module script failed/i.test(error.message)
  );
}

/** The last net under every page: refusals of the server in their own words, our faults with a way out. */
export function RouteError({ error, reset }: ErrorComponentProps) {
  const { t } = useTranslation();
  const router = useRouter();
  useDocumentTitle(t('crash.title'));
  if (error instanceof ApiError) {
    const retry = () => {
      reset();
      void router.invalidate();
    };
    return (
      <main className={classes.page}>
        <ErrorState error={error} onRetry={retry} />
      </main>
    );
  }
  return (
    <main className={classes.page}>
      <Logo size={44} />
      <h1 tabIndex={-1}>{t('crash.title')}</h1>
      <p>{isOutdated(error) ? t('crash.outdated') : t('crash.text')}</p>
      <Button onClick={() => window.location.reload()}>{t('crash.reload')}</Button>
    </main>
  );
}
