import { Button } from '@mantine/core';
import { Check, Copy } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useLocale } from '../locales/use-locale.ts';
import { SECRET_CLEAR_MS, useCopy } from '../ui/copy.tsx';
import { joinSentences } from '../ui/sentences.ts';
import { formatExact } from '../ui/time.tsx';
import classes from './share-links.module.css';
import type { ShareLink } from './share-queries.ts';

interface IssuedLinkProps {
  link: ShareLink;
  /** Reads the link at the moment it is copied; it opens the secret, so it is never shown. */
  readLink: () => string;
  onDone: () => void;
}

/** Hands a new link out: copied now or never. */
export function IssuedLink({ link, readLink, onDone }: IssuedLinkProps) {
  const { t } = useTranslation('shareLinks');
  const locale = useLocale();
  const { copy, isCopied, isBusy } = useCopy();
  const Icon = isCopied ? Check : Copy;
  const sentences = [
    t('issued.until', { when: formatExact(link.expiresAt, locale) }),
    ...(link.needsPassphrase ? [t('issued.withPassphrase')] : []),
  ];
  return (
    <div className={classes.form}>
      <div className={classes.handOver}>
        <p className={classes.text}>{t('issued.text')}</p>
        <Button
          color="brass"
          data-autofocus
          leftSection={<Icon size={16} aria-hidden />}
          loading={isBusy}
          onClick={() =>
            void copy(async () => readLink(), { name: t('issued.copyName'), clearAfterMs: SECRET_CLEAR_MS })
          }
        >
          {isCopied ? t('issued.copied') : t('issued.copy')}
        </Button>
      </div>
      <p className={classes.quiet}>{joinSentences(sentences, locale)}</p>
      <div className={classes.buttons}>
        <Button variant="default" onClick={onDone}>
          {t('issued.done')}
        </Button>
      </div>
    </div>
  );
}
