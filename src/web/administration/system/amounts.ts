import { formatDuration } from '../../usage/amounts.tsx';

const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;
const STEP = 1024;

/** `512 MB`, `1.5 GB`: at most one decimal, in steps of 1024 as operating systems count. */
export function formatBytes(bytes: number, locale: string): string {
  const step = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log(bytes) / Math.log(STEP)));
  const value = bytes / STEP ** step;
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: units[step] ?? 'byte',
    unitDisplay: 'short',
    maximumFractionDigits: step < 2 || value >= 100 ? 0 : 1,
  }).format(value);
}

/** A span of time that is counted in seconds: `12 s`, `5 min`. */
export function formatSeconds(seconds: number, locale: string): string {
  return formatDuration(seconds * 1000, locale);
}
