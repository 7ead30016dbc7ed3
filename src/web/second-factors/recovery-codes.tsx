import { Button, Checkbox } from '@mantine/core';
import { Copy, Download } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '../accounts/me.ts';
import { SECRET_CLEAR_MS, useCopy } from '../ui/copy.tsx';
import classes from './second-factors.module.css';

interface RecoveryCodesProps {
  codes: readonly string[];
  onDone: () => void;
}

/** Shows the codes, this once: to copy, to download, to write down. Goes on when the person says that they have them. */
export function RecoveryCodes({ codes, onDone }: RecoveryCodesProps) {
  const { t } = useTranslation('secondFactors');
  const { user } = useMe();
  const { copy, isBusy } = useCopy();
  const [isSaved, setIsSaved] = useState(false);
  const text = [t('codes.fileTitle', { email: user.email }), '', ...codes, ''].join('\n');
  return (
    <div className={classes.steps}>
      <p className={classes.text}>{t('codes.once')}</p>
      <ul className={classes.codes} aria-label={t('codes.list')}>
        {codes.map((code) => (
          <li key={code} translate="no">
            {code}
          </li>
        ))}
      </ul>
      <div className={classes.buttons}>
        <Button
          size="xs"
          color="brass"
          leftSection={<Copy size={14} aria-hidden />}
          loading={isBusy}
          onClick={() => void copy(async () => text, { name: t('codes.copyName'), clearAfterMs: SECRET_CLEAR_MS })}
        >
          {t('codes.copy')}
        </Button>
        <Button
          size="xs"
          variant="default"
          leftSection={<Download size={14} aria-hidden />}
          onClick={() => save(text, t('codes.fileName'))}
        >
          {t('codes.download')}
        </Button>
      </div>
      <div className={classes.end}>
        <Checkbox
          label={t('codes.saved')}
          checked={isSaved}
          onChange={(event) => setIsSaved(event.currentTarget.checked)}
        />
        <Button disabled={!isSaved} onClick={onDone}>
          {t('codes.finish')}
        </Button>
      </div>
    </div>
  );
}

/** The file is made in the browser: the codes go nowhere else. */
function save(text: string, fileName: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'text/plain;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = fileName;
  link.click();
  URL.revokeObjectURL(address);
}
