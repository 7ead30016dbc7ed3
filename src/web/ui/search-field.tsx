import { CloseButton, TextInput } from '@mantine/core';
import { Search } from 'lucide-react';
import { useEffect, useEffectEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';

const SETTLE_MS = 200;

interface SearchFieldProps {
  value: string;
  /** Called a moment after the last keystroke. */
  onChange: (value: string) => void;
  /** Read aloud and shown while empty. */
  label: string;
  className?: string | undefined;
}

/** A search that types at once and reports when the person pauses. */
export function SearchField({ value, onChange, label, className }: SearchFieldProps) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(value);
  const [known, setKnown] = useState(value);
  if (value !== known) {
    // Changed from outside, e.g. by the back button.
    setKnown(value);
    setTyped(value);
  }
  const report = useEffectEvent(onChange);
  useEffect(() => {
    if (typed === value) return;
    const timer = setTimeout(() => report(typed), SETTLE_MS);
    return () => clearTimeout(timer);
  }, [typed, value]);
  return (
    <TextInput
      type="search"
      value={typed}
      onChange={(event) => setTyped(event.currentTarget.value)}
      placeholder={label}
      aria-label={label}
      autoComplete="off"
      spellCheck={false}
      maxLength={200}
      {...(className === undefined ? {} : { className })}
      leftSection={<Search size={15} aria-hidden />}
      rightSection={
        typed === '' ? null : (
          <CloseButton
            size="sm"
            aria-label={t('ui.clearSearch')}
            onClick={() => {
              setTyped('');
              onChange('');
            }}
          />
        )
      }
    />
  );
}
