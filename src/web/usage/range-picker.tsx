import { Button, Popover, SegmentedControl, Select, TextInput } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { CalendarRange } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { dayOf } from '../credentials/credential.ts';
import { PHONE } from '../credentials/screen.ts';
import { useNow } from '../credentials/use-now.ts';
import { useLocale } from '../locales/use-locale.ts';
import { isPreset, type Preset, presets, type Range, readDays, spanOf } from './range.ts';
import classes from './usage-page.module.css';

interface RangePickerProps {
  range: Range;
  onChange: (range: Range) => void;
}

/** The usual spans one click away, any other by its first and last day. */
export function RangePicker({ range, onChange }: RangePickerProps) {
  const { t } = useTranslation('usage');
  const isPhone = useMediaQuery(PHONE, false, { getInitialValueInEffect: false });
  const [isOpen, setIsOpen] = useState(false);
  const chosen = typeof range === 'object' ? '' : range;
  const data = presets.map((preset: Preset) => ({ value: preset, label: t(`range.${preset}`) }));
  const choose = (value: string | null) => {
    if (isPreset(value ?? undefined)) onChange(presets.find((preset) => preset === value) ?? '30d');
  };
  return (
    <div className={classes.range}>
      {isPhone ? (
        <Select
          className={classes.presets ?? ''}
          aria-label={t('range.label')}
          placeholder={t('range.custom')}
          value={chosen === '' ? null : chosen}
          data={data}
          allowDeselect={false}
          onChange={choose}
        />
      ) : (
        <SegmentedControl size="xs" aria-label={t('range.label')} value={chosen} data={data} onChange={choose} />
      )}
      <Popover opened={isOpen} onChange={setIsOpen} position="bottom-end" trapFocus withinPortal>
        <Popover.Target>
          <Button
            size="xs"
            variant={typeof range === 'object' ? 'light' : 'default'}
            leftSection={<CalendarRange size={14} aria-hidden />}
            onClick={() => setIsOpen(!isOpen)}
          >
            <CustomLabel range={range} />
          </Button>
        </Popover.Target>
        <Popover.Dropdown>
          <DaysForm
            range={range}
            onChange={(days) => {
              setIsOpen(false);
              onChange(days);
            }}
          />
        </Popover.Dropdown>
      </Popover>
    </div>
  );
}

function CustomLabel({ range }: { range: Range }) {
  const { t } = useTranslation('usage');
  const locale = useLocale();
  if (typeof range !== 'object') return t('range.custom');
  const words = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' });
  return words.formatRange(new Date(`${range.from}T00:00:00`), new Date(`${range.to}T00:00:00`));
}

function DaysForm({ range, onChange }: RangePickerProps) {
  const { t } = useTranslation('usage');
  const now = useNow();
  const today = dayOf(new Date(now).toISOString());
  const span = spanOf(range, now);
  const [from, setFrom] = useState(() => dayOf(new Date(span.fromMs).toISOString()));
  const [to, setTo] = useState(() => dayOf(new Date(span.toMs - 1).toISOString()));
  const days = readDays(from, to);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (days !== null) onChange(days);
  };
  return (
    <form className={classes.days} onSubmit={submit}>
      <TextInput
        type="date"
        label={t('range.from')}
        value={from}
        max={today}
        onChange={(event) => setFrom(event.currentTarget.value)}
      />
      <TextInput
        type="date"
        label={t('range.to')}
        value={to}
        min={from}
        max={today}
        onChange={(event) => setTo(event.currentTarget.value)}
        error={days === null ? t('range.wrong') : null}
      />
      <Button type="submit" size="xs" disabled={days === null}>
        {t('range.apply')}
      </Button>
    </form>
  );
}
