import { useLocale } from '../locales/use-locale.ts';

const COMPACT_FROM = 10_000;

/** `1,234` up to ten thousand, then `12.4k` (`1.2万` in Chinese). */
export function formatCount(value: number, locale: string): string {
  if (Math.abs(value) < COMPACT_FROM) return new Intl.NumberFormat(locale).format(value);
  const words = new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 }).format(value);
  return words.replace('K', 'k');
}

/** `200k`, `262k`, `1.05M`: how every provider states a context, in every language. */
export function formatTokens(value: number): string {
  const isMillions = value >= 1_000_000;
  const digits = isMillions ? 2 : value < 10_000 ? 1 : 0;
  const words = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: digits }).format(value);
  return words.replace('K', 'k');
}

/** `$0.0042`, `¥7.20`: two decimals, more for sums below a cent so that nothing small is shown as nothing. */
export function formatMoney(value: number, locale: string, currency = 'USD'): string {
  const isSmall = value !== 0 && Math.abs(value) < 0.1;
  const digits = isSmall ? { maximumSignificantDigits: 3 } : { minimumFractionDigits: 2, maximumFractionDigits: 2 };
  return new Intl.NumberFormat(locale, {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
    ...digits,
  }).format(value);
}

export function Count({ value }: { value: number }) {
  return <span>{formatCount(value, useLocale())}</span>;
}

/** null is an unknown price or amount, never zero. */
export function Money({ value, currency = 'USD' }: { value: number | null; currency?: string }) {
  const locale = useLocale();
  return <span>{value === null ? '–' : formatMoney(value, locale, currency)}</span>;
}

export function Tokens({ value }: { value: number | null }) {
  return <span>{value === null ? '–' : formatTokens(value)}</span>;
}
