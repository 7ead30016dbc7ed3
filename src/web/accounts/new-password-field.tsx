import { PasswordInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './new-password-field.module.css';
import { type PasswordStrength, passwordStrength } from './password-strength.ts';

/** The server's rule is asked for; this stands in until it answers. */
export const LENGTH_MIN = 12;

interface NewPasswordFieldProps {
  name: string;
  label: string;
  lengthMin: number;
  error?: ReactNode;
}

/** A field for a new password with a hint of its strength. The text itself stays in the field, not in state. */
export function NewPasswordField({ name, label, lengthMin, error = null }: NewPasswordFieldProps) {
  const { t } = useTranslation(['accounts', 'shell']);
  const [strength, setStrength] = useState<PasswordStrength | null>(null);
  const hint =
    strength === null
      ? t('accounts:password.rule', { count: lengthMin })
      : t(`accounts:password.${strength}`, { count: lengthMin });
  return (
    <div>
      <PasswordInput
        name={name}
        label={label}
        autoComplete="new-password"
        required
        withAsterisk={false}
        minLength={lengthMin}
        maxLength={256}
        error={error}
        aria-describedby={`${name}-hint`}
        onInput={(event) => {
          const { value } = event.currentTarget;
          setStrength(value === '' ? null : passwordStrength(value, lengthMin));
        }}
        visibilityToggleButtonProps={{ 'aria-label': t('shell:ui.showPassword') }}
      />
      <div className={classes.meter} data-strength={strength ?? 'none'} aria-hidden>
        <span />
        <span />
        <span />
      </div>
      <p id={`${name}-hint`} className={classes.hint} aria-live="polite">
        {hint}
      </p>
    </div>
  );
}
