import { PasswordInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';

interface SecretInputProps {
  label: string;
  /** Whether one is stored: it cannot be read back, and stays when nothing is typed. */
  isStored: boolean;
  error: string | null;
}

/** A write-only value, read from the form at the moment of sending under the name `secret`. */
export function SecretInput({ label, isStored, error }: SecretInputProps) {
  const { t } = useTranslation(['administration', 'shell']);
  return (
    <PasswordInput
      name="secret"
      label={label}
      {...(isStored ? { description: t('administration:settings.secretStored'), placeholder: '••••••••' } : {})}
      error={error}
      maxLength={1000}
      autoComplete="new-password"
      spellCheck={false}
      data-1p-ignore=""
      data-lpignore="true"
      visibilityToggleButtonProps={{ 'aria-label': t('shell:ui.showPassword') }}
    />
  );
}
