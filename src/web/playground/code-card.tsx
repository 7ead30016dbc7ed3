import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { SnippetTabs } from '../ui/snippets.tsx';
import classes from './playground.module.css';
import { snippetsOf } from './snippets.ts';
import type { ChatRequest } from './wire.ts';

/** The call that would be made now, as code. */
export function CodeCard({ request }: { request: ChatRequest }) {
  const { t } = useTranslation('playground');
  return (
    <section className={classes.code} aria-labelledby="playground-code">
      <h2 id="playground-code">{t('code.title')}</h2>
      <SnippetTabs
        key={request.dialect}
        tabs={snippetsOf(request, window.location.origin)}
        copyLabel={(name) => t('code.copy', { name })}
      />
      <p>
        {t('code.hint')}{' '}
        <Link to="/virtual-keys" search={{ add: 1 }}>
          {t('code.createKey')}
        </Link>
      </p>
    </section>
  );
}
