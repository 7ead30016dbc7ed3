import { Button, Popover, TextInput } from '@mantine/core';
import { CalendarRange } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { dayOf } from '../credentials/credential.ts';
import { useNow } from '../credentials/use-now.ts';
import { useLocale } from '../locales/use-locale.ts';
import classes from './audit.module.css';
import type { AuditSearch } from './audit-search.ts';

type Dates = Pick<AuditSearch, 'from' | 'to'>;

/** Narrows to days: from one on, up to one, or both. */
export function DatesField({ dates, onChange }: { dates: Dates; onChange: (dates: Dates) => void }) {
  const [isOpen, setIsOpen] = useState(false);
  const isChosen = dates.from !== undefined || dates.to !== undefined;
  const choose = (next: Dates) => {
    setIsOpen(false);
    onChange(next);
  };
  return (
    <Popover opened={isOpen} onChange={setIsOpen} position="bottom-start" trapFocus returnFocus withinPortal>
      <Popover.Target>
        <Button
          variant={isChosen ? 'light' : 'default'}
          leftSection={<CalendarRange size={15} aria-hidden />}
          onClick={() => setIsOpen(!isOpen)}
        >
          <DatesWords dates={dates} />
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <DatesForm
          key={`${dates.from} ${dates.to}`}
          dates={dates}
          onChange={choose}
          {...(isChosen ? { onClear: () => choose({ from: undefined, to: undefined }) } : {})}
        />
      </Popover.Dropdown>
    </Popover>
  );
}

function DatesWords({ dates: { from, to } }: { dates: Dates }) {
  const { t } = useTranslation('audit');
  const locale = useLocale();
  const words = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' });
  const dayAt = (day: string) => new Date(`${day}T00:00:00`);
  if (from !== undefined && to !== undefined) return words.formatRange(dayAt(from), dayAt(to));
  if (from !== undefined) return `${t('filter.from')} ${words.format(dayAt(from))}`;
  if (to !== undefined) return `${t('filter.to')} ${words.format(dayAt(to))}`;
  return t('filter.dates');
}

interface DatesFormProps {
  dates: Dates;
  onChange: (dates: Dates) => void;
  onClear?: () => void;
}

function DatesForm({ dates, onChange, onClear }: DatesFormProps) {
  const { t } = useTranslation('audit');
  const today = dayOf(new Date(useNow()).toISOString());
  const [from, setFrom] = useState(dates.from ?? '');
  const [to, setTo] = useState(dates.to ?? '');
  const isWrong = from !== '' && to !== '' && to < from;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isWrong) onChange({ from: from === '' ? undefined : from, to: to === '' ? undefined : to });
  };
  return (
    <form className={classes.dates} onSubmit={submit}>
      <TextInput
        type="date"
        label={t('filter.from')}
        value={from}
        max={today}
        onChange={(event) => setFrom(event.currentTarget.value)}
      />
      <TextInput
        type="date"
        label={t('filter.to')}
        value={to}
        max={today}
        onChange={(event) => setTo(event.currentTarget.value)}
        error={isWrong ? t('filter.wrong') : null}
      />
      <Button type="submit" size="xs" disabled={isWrong}>
        {t('filter.apply')}
      </Button>
      {onClear !== undefined && (
        <Button size="xs" variant="default" onClick={onClear}>
          {t('filter.clearDates')}
        </Button>
      )}
    </form>
  );
}
