import { PasswordInput } from '@mantine/core';
import type { ClipboardEvent, ReactNode, Ref } from 'react';
import { useTranslation } from 'react-i18next';
import { SECRET_LENGTH_MAX } from './limits.ts';
import classes from './secret-field.module.css';

interface SecretFieldProps {
  ref: Ref<HTMLInputElement>;
  label: string;
  description?: ReactNode;
  error?: ReactNode;
  /** Told without the value: whoever needs it reads the field. */
  onInput?: () => void;
  onPaste?: (event: ClipboardEvent<HTMLInputElement>) => void;
  isAutoFocused?: boolean;
}

/**
 * A field for a secret. It is uncontrolled: the value lives in the field alone and never in the state of the page.
 * Browsers and password managers are asked to leave it alone.
 */
export function SecretField({ ref, isAutoFocused = false, ...props }: SecretFieldProps) {
  const { t } = useTranslation('credentials');
  return (
    <PasswordInput
      {...props}
      ref={ref}
      required
      classNames={{ innerInput: classes.input }}
      maxLength={SECRET_LENGTH_MAX}
      autoComplete="off"
      autoCorrect="off"
      autoCapitalize="off"
      spellCheck={false}
      data-1p-ignore=""
      data-lpignore="true"
      data-bwignore=""
      data-form-type="other"
      data-autofocus={isAutoFocused || undefined}
      visibilityToggleButtonProps={{ 'aria-label': t('secret.show'), tabIndex: 0 }}
    />
  );
}
