import { Button } from '@mantine/core';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { toastDone } from '../../ui/toasts.tsx';
import classes from './add.module.css';
import type { PastedSecret } from './parse-pasted.ts';
import { SeveralPaste } from './several-paste.tsx';
import { SeveralTable } from './several-table.tsx';
import { useSeveral } from './use-several.ts';

interface SeveralKeysProps {
  /** Hands over, once, what was pasted into the field for one key. */
  takeOver: () => readonly PastedSecret[];
  /** Takes the question whether closing would lose something. */
  onDirtyCheck: (check: () => boolean) => void;
  onClose: () => void;
  onOne: () => void;
}

/** Many keys at once: recognised from pasted lines or a file, corrected in a table, tested and saved together. */
export function SeveralKeys({ takeOver, onDirtyCheck, onClose, onOne }: SeveralKeysProps) {
  const { t } = useTranslation('credentials');
  const several = useSeveral();
  const { rows, progress, ready, incompleteCount, show } = several;
  const isDone = rows.length > 0 && rows.every((row) => row.state.kind === 'saved');

  useEffect(() => {
    const found = takeOver();
    if (found.length > 0) void show(found);
  }, [takeOver, show]);
  useEffect(() => {
    onDirtyCheck(() => rows.some((row) => row.state.kind !== 'saved'));
  }, [onDirtyCheck, rows]);

  const save = async () => {
    const count = await several.saveAll();
    if (count > 0) toastDone(t('several.saved', { count }));
    if (count === rows.length) onClose();
  };

  if (rows.length === 0) return <SeveralPaste onFound={(found) => void show(found)} onOne={onOne} />;
  return (
    <div className={classes.form}>
      <p className={classes.quiet}>{t('several.sentence')}</p>
      <SeveralTable several={several} />
      {incompleteCount > 0 && (
        <p className={classes.quiet} role="status">
          {t('several.incomplete', { count: incompleteCount })}
        </p>
      )}
      <div className={classes.footer}>
        <Button variant="subtle" color="gray" disabled={progress !== null} onClick={several.clear}>
          {t('several.pasteAgain')}
        </Button>
        <span className={classes.spacer} />
        <span role="status" className={classes.quiet}>
          {progress !== null && t(`several.${progress.kind}`, { done: progress.doneCount, total: progress.total })}
        </span>
        {isDone ? (
          <Button onClick={onClose}>{t('several.done')}</Button>
        ) : (
          <>
            <Button
              variant="default"
              disabled={ready.length === 0 || progress?.kind === 'saving'}
              loading={progress?.kind === 'testing'}
              onClick={() => void several.testAll()}
            >
              {t('several.testAll')}
            </Button>
            <Button
              disabled={ready.length === 0 || progress?.kind === 'testing'}
              loading={progress?.kind === 'saving'}
              onClick={() => void save()}
            >
              {t('several.saveAll', { count: ready.length })}
            </Button>
          </>
        )}
      </div>
    </div>
  );
}
