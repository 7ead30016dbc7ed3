import { Button, Textarea } from '@mantine/core';
import { Check, Copy, Eye, EyeOff } from 'lucide-react';
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import form from '../shell/public-form.module.css';
import { SECRET_CLEAR_MS, useCopy } from '../ui/copy.tsx';
import classes from './share-links.module.css';

/** Copied without being shown; shown as text only when the person asks for it. */
export function OpenedSecret({ readSecret }: { readSecret: () => string }) {
  const { t } = useTranslation('shareLinks');
  const { copy, isCopied, isBusy } = useCopy();
  const [isShown, setIsShown] = useState(false);
  const Icon = isCopied ? Check : Copy;
  const fill = useCallback(
    (field: HTMLTextAreaElement | null) => {
      if (field === null) return;
      // Set as a property: as content it would stand in the page's HTML.
      field.value = readSecret();
      return () => {
        field.value = '';
      };
    },
    [readSecret],
  );
  return (
    <>
      <p className={form.lead} role="status">
        {t('shared.openedLead')}
      </p>
      <div className={classes.secret}>
        <div className={classes.secretButtons}>
          <Button
            color="brass"
            autoFocus
            leftSection={<Icon size={16} aria-hidden />}
            loading={isBusy}
            onClick={() =>
              void copy(async () => readSecret(), { name: t('shared.copyName'), clearAfterMs: SECRET_CLEAR_MS })
            }
          >
            {isCopied ? t('shared.copied') : t('shared.copy')}
          </Button>
          <Button
            variant="default"
            leftSection={isShown ? <EyeOff size={16} aria-hidden /> : <Eye size={16} aria-hidden />}
            aria-expanded={isShown}
            onClick={() => setIsShown(!isShown)}
          >
            {t(isShown ? 'shared.hide' : 'shared.reveal')}
          </Button>
        </div>
        {isShown && (
          <Textarea
            ref={fill}
            readOnly
            rows={4}
            aria-label={t('shared.secret')}
            classNames={{ input: classes.plain ?? '' }}
            spellCheck={false}
            translate="no"
            onFocus={(event) => event.currentTarget.select()}
          />
        )}
      </div>
    </>
  );
}
