import { useEffect, useState } from 'react';
import { useLocale } from '../locales/use-locale.ts';

const SECOND = 1000;
const REFRESH_MS = 30 * SECOND;

const steps = [
  { unit: 'year', seconds: 365 * 24 * 3600 },
  { unit: 'month', seconds: 30 * 24 * 3600 },
  { unit: 'day', seconds: 24 * 3600 },
  { unit: 'hour', seconds: 3600 },
  { unit: 'minute', seconds: 60 },
] as const;

const justNow: Readonly<Record<string, string>> = { en: 'just now', 'zh-CN': '刚刚' };

/** `3 min. ago`, `in 2 days`, `just now`, in the given language. */
export function formatRelative(time: string, nowMs: number, locale: string): string {
  const seconds = (Date.parse(time) - nowMs) / SECOND;
  const words = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: locale === 'en' ? 'short' : 'long' });
  for (const { unit, seconds: length } of steps)
    if (Math.abs(seconds) >= length) return spaced(words.format(Math.trunc(seconds / length), unit));
  return justNow[locale] ?? words.format(0, 'second');
}

/** Between a number and a Chinese word stands a space, as everywhere else in the product. */
function spaced(words: string): string {
  return words.replace(/(\d)(?=\p{Script=Han})/gu, '$1 ');
}

/** Day and minute in the person's own time zone. */
export function formatExact(time: string, locale: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' }).format(new Date(time));
}

export function formatDay(time: string, locale: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium' }).format(new Date(time));
}

/** A moment told relative to now, with the exact time on hover; `fallback` stands for never. */
export function Time({ value, fallback = '–' }: { value: string | null; fallback?: string }) {
  const locale = useLocale();
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), REFRESH_MS);
    return () => clearInterval(timer);
  }, []);
  if (value === null) return <span>{fallback}</span>;
  return (
    <time dateTime={value} title={formatExact(value, locale)}>
      {formatRelative(value, now, locale)}
    </time>
  );
}
