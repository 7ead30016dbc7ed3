import { VisuallyHidden } from '@mantine/core';
import { useLocale } from '../locales/use-locale.ts';
import { formatCount, formatMoney } from '../ui/numbers.tsx';

/** US dollars with every decimal that is not nothing: `$0.000123450`, for hovering over a rounded amount. */
export function formatExactUsd(usd: string): string {
  const [whole = '0', decimals = ''] = usd.split('.');
  const kept = decimals.replace(/0+$/, '').padEnd(2, '0');
  return `$${whole}.${kept}`;
}

/** A sum rounded for reading, exact on hover. null is an unknown price, never zero. */
export function Usd({ value, unknown }: { value: string | null; unknown: string }) {
  const locale = useLocale();
  if (value === null)
    return (
      <span title={unknown}>
        <span aria-hidden>–</span>
        <VisuallyHidden>{unknown}</VisuallyHidden>
      </span>
    );
  return <span title={formatExactUsd(value)}>{formatMoney(Number(value), locale)}</span>;
}

/** A number rounded for reading, exact on hover. */
export function Amount({ value }: { value: number }) {
  const locale = useLocale();
  return <span title={new Intl.NumberFormat(locale).format(value)}>{formatCount(value, locale)}</span>;
}

/** `840 ms`, `1.2 s`, `2.5 min`. */
export function formatDuration(ms: number, locale: string): string {
  const unit = ms < 1000 ? 'millisecond' : ms < 100_000 ? 'second' : 'minute';
  const value = unit === 'millisecond' ? ms : unit === 'second' ? ms / 1000 : ms / 60_000;
  const digits = unit === 'millisecond' || value >= 10 ? 0 : 1;
  const words = new Intl.NumberFormat(locale, {
    style: 'unit',
    unit,
    unitDisplay: 'short',
    maximumFractionDigits: digits,
  }).format(value);
  // Between a number and a Chinese word stands a space, as everywhere else in the product.
  return words.replace(/(\d)(?=\p{Script=Han})/gu, '$1 ');
}

export function Duration({ ms }: { ms: number | null }) {
  const locale = useLocale();
  if (ms === null) return <span>–</span>;
  return <span title={`${new Intl.NumberFormat(locale).format(Math.round(ms))} ms`}>{formatDuration(ms, locale)}</span>;
}

/** A share of a whole: `3%`, `<1%` for what is there but small, never a `100%` that is not all. */
export function formatShare(part: number, whole: number, locale: string): string {
  const words = (value: number) => new Intl.NumberFormat(locale, { style: 'percent' }).format(value);
  if (whole <= 0 || part <= 0) return words(0);
  const share = part / whole;
  if (share < 0.01) return `<${words(0.01)}`;
  return words(share < 1 ? Math.min(share, 0.99) : 1);
}

const ALARMING_SHARE = 0.05;

/** Whether so many requests fail that it should catch the eye: one in twenty. */
export function isAlarming({ errors, requests }: { errors: number; requests: number }): boolean {
  return errors > 0 && errors >= requests * ALARMING_SHARE;
}
