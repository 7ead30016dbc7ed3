import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { refusedFields } from '../../errors.ts';

/** What stands below each field of a form: that it is empty although needed, or that the server refuses it. */
export function useFieldErrors<Field extends string>(
  error: unknown,
): {
  errorOf: (field: Field) => string | null;
  /** Notes which needed fields are empty; true when none is. */
  check: (needed: Readonly<Partial<Record<Field, string>>>) => boolean;
} {
  const { t } = useTranslation('administration');
  const [empty, setEmpty] = useState<ReadonlySet<string>>(new Set());
  const refused = [...refusedFields(error)];
  return {
    errorOf: (field) => {
      if (empty.has(field)) return t('settings.needed');
      return refused.some((path) => path.split('.').includes(field)) ? t('settings.refused') : null;
    },
    check: (needed) => {
      const names = Object.entries(needed).flatMap(([name, value]) => (value === '' ? [name] : []));
      setEmpty(new Set(names));
      return names.length === 0;
    },
  };
}

/** A password or secret of a form as the contract wants it: what was typed, or nothing, which keeps what is stored. */
export function secretOf(typed: string): { secret?: string } {
  return typed === '' ? {} : { secret: typed };
}
