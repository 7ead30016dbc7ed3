import { Tooltip } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useLocale } from '../locales/use-locale.ts';
import classes from './figures.module.css';

interface ChangeProps {
  now: number;
  /** The same figure in the span before; undefined while it is asked for. */
  before: number | undefined;
  isGrowthBad?: boolean;
}

/** How a figure moved against the span of the same length before it. From nothing there is no percentage. */
export function Change({ now, before, isGrowthBad = false }: ChangeProps) {
  const { t } = useTranslation('usage');
  const locale = useLocale();
  if (before === undefined || before === 0) return null;
  const share = (now - before) / before;
  const words = new Intl.NumberFormat(locale, {
    style: 'percent',
    signDisplay: 'exceptZero',
    maximumFractionDigits: Math.abs(share) < 0.1 ? 1 : 0,
  }).format(Math.min(share, 99));
  const tone = isGrowthBad && now !== before ? (now > before ? 'bad' : 'good') : undefined;
  return (
    <Tooltip label={t('figures.before')}>
      <span className={classes.change} data-tone={tone}>
        {words}
      </span>
    </Tooltip>
  );
}
