import { Button, Textarea } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { Send, Square } from 'lucide-react';
import type { FormEvent, KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { PHONE } from '../credentials/screen.ts';
import classes from './playground.module.css';

const QUESTION_LENGTH_MAX = 200_000;

interface ComposerProps {
  value: string;
  isRunning: boolean;
  onChange: (value: string) => void;
  onSend: () => void;
  onStop: () => void;
}

/** The field for the next message. Enter sends it, unless an input method is still composing. */
export function Composer({ value, isRunning, onChange, onSend, onStop }: ComposerProps) {
  const { t } = useTranslation('playground');
  const isPhone = useMediaQuery(PHONE, false, { getInitialValueInEffect: false });
  const send = (event: FormEvent | KeyboardEvent) => {
    event.preventDefault();
    if (!isRunning && value.trim() !== '') onSend();
  };
  return (
    <form className={classes.composer} onSubmit={send}>
      <Textarea
        aria-label={t('chat.input')}
        placeholder={t('chat.inputPlaceholder')}
        value={value}
        maxLength={QUESTION_LENGTH_MAX}
        autosize
        minRows={1}
        maxRows={8}
        // On a phone the focus would open the keyboard over the settings.
        autoFocus={!isPhone}
        onChange={(event) => onChange(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) send(event);
        }}
      />
      {isRunning ? (
        <Button variant="default" leftSection={<Square size={14} aria-hidden />} onClick={onStop}>
          {t('chat.stop')}
        </Button>
      ) : (
        <Button type="submit" leftSection={<Send size={15} aria-hidden />} disabled={value.trim() === ''}>
          {t('chat.send')}
        </Button>
      )}
      <p className={classes.composerHint}>{t('chat.inputHint')}</p>
    </form>
  );
}
