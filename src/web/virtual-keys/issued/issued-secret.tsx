import { Button } from '@mantine/core';
import { Check, Copy } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useLocale } from '../../locales/use-locale.ts';
import { SECRET_CLEAR_MS, useCopy } from '../../ui/copy.tsx';
import { Mono } from '../../ui/mono.tsx';
import { formatExact } from '../../ui/time.tsx';
import type { VirtualKey } from '../virtual-key.ts';
import { Connect } from './connect.tsx';
import classes from './issued.module.css';

interface IssuedSecretProps {
  virtualKey: VirtualKey;
  /** Reads the secret at the moment it is copied; it is never shown. */
  readSecret: () => string;
  onCopied: () => void;
  onDone: () => void;
}

/** Hands a new secret out: copied once, alone or inside a snippet, and never on the screen. */
export function IssuedSecret({ virtualKey, readSecret, onCopied, onDone }: IssuedSecretProps) {
  const { t } = useTranslation('virtualKeys');
  const locale = useLocale();
  const { copy, isCopied, isBusy } = useCopy();
  const { name, preview, previousSecretUntil } = virtualKey;
  const Icon = isCopied ? Check : Copy;
  const copySecret = async () => {
    await copy(async () => readSecret(), { name: t('issued.copyName', { name }), clearAfterMs: SECRET_CLEAR_MS });
    // Where the browser refuses the clipboard, the value stands selected in the dialog that opened.
    onCopied();
  };
  const readAndNote = () => {
    onCopied();
    return readSecret();
  };
  return (
    <div className={classes.issued}>
      <div className={classes.handOver}>
        <div className={classes.secretLine}>
          <Mono tone="secret">{preview}</Mono>
          <Button
            color="brass"
            data-autofocus
            leftSection={<Icon size={16} aria-hidden />}
            loading={isBusy}
            onClick={() => void copySecret()}
          >
            {isCopied ? t('issued.copied') : t('issued.copy')}
          </Button>
        </div>
        <p>{t('issued.once')}</p>
        {previousSecretUntil !== null && <p>{t('issued.until', { when: formatExact(previousSecretUntil, locale) })}</p>}
      </div>
      <section className={classes.section} aria-labelledby="connect-title">
        <h3 id="connect-title">{t('connect.title')}</h3>
        <Connect virtualKey={virtualKey} readSecret={readAndNote} />
      </section>
      <div className={classes.footer}>
        <Button variant="default" onClick={onDone}>
          {t('issued.done')}
        </Button>
      </div>
    </div>
  );
}
