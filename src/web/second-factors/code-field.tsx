import { TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './second-factors.module.css';

const APP_DIGITS = 6;

/** Whether the text is a whole code of an authenticator app, however it is grouped. */
export function isAppCode(text: string): boolean {
  return text.replace(/\s/g, '').length === APP_DIGITS && /^[\d\s]+$/.test(text);
}

interface CodeFieldProps {
  name: string;
  label: string;
  description?: string;
  /** A code of the app, or one of the recovery codes, which may hold letters; `either` takes both. */
  kind: 'app' | 'recovery' | 'either';
  error?: ReactNode;
  /** Called when the last digit of a code of the app is typed or pasted. */
  onComplete?: () => void;
  /** Takes the focus as it appears; in dialogs the dialog gives it. */
  hasFocus?: boolean;
}

/** The text stays in the field. Phones and password managers fill it by its name, `one-time-code`. */
export function CodeField({ name, label, description, kind, error = null, ...rest }: CodeFieldProps) {
  const { onComplete, hasFocus = false } = rest;
  return (
    <TextInput
      name={name}
      label={label}
      {...(description === undefined ? {} : { description })}
      classNames={{ input: classes.code ?? '' }}
      data-kind={kind}
      autoComplete={kind === 'recovery' ? 'off' : 'one-time-code'}
      inputMode={kind === 'app' ? 'numeric' : 'text'}
      autoCapitalize="none"
      autoCorrect="off"
      spellCheck={false}
      required
      withAsterisk={false}
      maxLength={64}
      data-autofocus
      autoFocus={hasFocus}
      error={error}
      onInput={(event) => {
        if (kind === 'app' && isAppCode(event.currentTarget.value)) onComplete?.();
      }}
    />
  );
}
