import { Tooltip } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useLocale } from '../locales/use-locale.ts';
import { formatMoney } from '../ui/numbers.tsx';
import { type Currency, inCurrency } from './currency.ts';
import classes from './models-table.module.css';

/** A price per million tokens. An unknown price is a dash and says so, it is never shown as nothing. */
export function Price({ usd, currency }: { usd: number | null; currency: Currency }) {
  const { t } = useTranslation('models');
  const locale = useLocale();
  if (usd === null) return <Unknown label={t('row.unknownPrice')} />;
  if (usd === 0) return <span>{t('row.free')}</span>;
  const words = formatMoney(inCurrency(usd, currency), locale, currency);
  return <span>{currency === 'CNY' ? `≈${words}` : words}</span>;
}

/** A dash that tells, on hover and to screen readers, that the value is not known. */
export function Unknown({ label }: { label?: string }) {
  const { t } = useTranslation('models');
  const words = label ?? t('row.unknown');
  return (
    <Tooltip label={words}>
      <span className={classes.unknown}>
        <span aria-hidden>—</span>
        <span className={classes.hidden}>{words}</span>
      </span>
    </Tooltip>
  );
}
