import { Button, FileButton, Textarea } from '@mantine/core';
import { FileText } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './add.module.css';
import { type PastedSecret, parsePasted } from './parse-pasted.ts';

const FILE_BYTES_MAX = 1024 * 1024;

interface SeveralPasteProps {
  onFound: (found: readonly PastedSecret[]) => void;
  onOne: () => void;
}

/** Where lines or a .env file go in. The text is read once and removed from the field. */
export function SeveralPaste({ onFound, onOne }: SeveralPasteProps) {
  const { t } = useTranslation('credentials');
  const field = useRef<HTMLTextAreaElement>(null);
  const [problem, setProblem] = useState<'nothing' | 'tooLarge' | null>(null);

  useEffect(() => {
    const area = field.current;
    return () => {
      if (area !== null) area.value = '';
    };
  }, []);

  const recognise = (text: string) => {
    const found = parsePasted(text);
    setProblem(found.length === 0 ? 'nothing' : null);
    if (found.length === 0) return;
    if (field.current !== null) field.current.value = '';
    onFound(found);
  };
  const readFile = async (file: File | null) => {
    if (file === null) return;
    if (file.size > FILE_BYTES_MAX) setProblem('tooLarge');
    else recognise(await file.text());
  };

  return (
    <div className={classes.form}>
      <Textarea
        ref={field}
        label={t('several.field')}
        description={t('several.sentence')}
        error={problem !== null && t(`several.${problem}`)}
        classNames={{ input: classes.masked ?? '' }}
        rows={8}
        autoComplete="off"
        autoCorrect="off"
        autoCapitalize="off"
        spellCheck={false}
        data-autofocus
        onPaste={(event) => {
          const text = event.clipboardData.getData('text');
          if (parsePasted(text).length === 0) return;
          event.preventDefault();
          recognise(text);
        }}
      />
      <div className={classes.footer}>
        <Button variant="subtle" color="gray" onClick={onOne}>
          {t('add.one')}
        </Button>
        <span className={classes.spacer} />
        <FileButton onChange={(file) => void readFile(file)} accept=".env,.txt,.json,.yaml,.yml,text/plain">
          {(props) => (
            <Button {...props} variant="default" leftSection={<FileText size={15} aria-hidden />}>
              {t('several.file')}
            </Button>
          )}
        </FileButton>
        <Button onClick={() => recognise(field.current?.value ?? '')}>{t('several.read')}</Button>
      </div>
    </div>
  );
}
