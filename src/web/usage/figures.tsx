import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocale } from '../locales/use-locale.ts';
import { Amount, formatShare, isAlarming, Usd } from './amounts.tsx';
import { Change } from './change.tsx';
import classes from './figures.module.css';
import { Sparkline } from './sparkline.tsx';
import type { UsagePoint, UsageTotals } from './usage-queries.ts';
import type { FilterAddress, RangeAddress } from './usage-search.ts';

export interface Note {
  text: string;
  tone?: 'attention';
  /** Filters of the log that shows these calls. */
  log?: { usage?: string; price?: string; outcome?: string };
}

interface FigureProps {
  label: string;
  value: ReactNode;
  change: ReactNode;
  run: readonly number[];
  notes: readonly (Note | null)[];
  tone?: 'bad' | undefined;
  address: RangeAddress & FilterAddress;
}

function Figure({ label, value, change, run, notes, tone, address }: FigureProps) {
  return (
    <section className={classes.figure} data-tone={tone} aria-label={label}>
      <div className={classes.label}>
        <span>{label}</span>
        {change}
      </div>
      <div className={classes.value} data-tone={tone}>
        {value}
      </div>
      <Sparkline values={run} />
      <ul className={classes.notes}>
        {notes
          .filter((note) => note !== null)
          .map(({ text, tone: noteTone, log }) => (
            <li key={text} className={classes.note} data-tone={noteTone}>
              {log === undefined ? (
                text
              ) : (
                <Link to="/usage/log" search={{ ...address, ...log }}>
                  {text}
                </Link>
              )}
            </li>
          ))}
      </ul>
    </section>
  );
}

interface FiguresProps {
  totals: UsageTotals;
  /** The totals of the span before; undefined while they are asked for. */
  before: UsageTotals | undefined;
  /** The figures over time, without groups. */
  points: readonly UsagePoint[];
  /** Range and filters, for the links into the log. */
  address: RangeAddress & FilterAddress;
}

const tokensOf = ({ inputTokens, outputTokens }: { inputTokens: number; outputTokens: number }) =>
  inputTokens + outputTokens;

/** Cost, tokens, requests and errors, each with its run, its change, and what part of it is not exact. */
export function UsageFigures({ totals, before, points, address }: FiguresProps) {
  const { t } = useTranslation('usage');
  const locale = useLocale();
  const { requests, attempts, errors, unpricedRequests, estimatedRequests, missingRequests } = totals;
  const estimated: Note | null =
    estimatedRequests === 0
      ? null
      : {
          text: t('figures.estimated', { share: formatShare(estimatedRequests, requests, locale) }),
          log: { usage: 'estimated' },
        };
  const count = (value: number) => ({ count: value, formatted: new Intl.NumberFormat(locale).format(value) });
  return (
    <div className={classes.figures}>
      <Figure
        label={t('figures.cost')}
        value={<Usd value={totals.costUsd ?? (requests === 0 ? '0' : null)} unknown={t('figures.noPrice')} />}
        change={<Change now={Number(totals.costUsd ?? 0)} before={before && Number(before.costUsd ?? 0)} />}
        run={points.map(({ costUsd }) => Number(costUsd ?? 0))}
        address={address}
        notes={[
          unpricedRequests === 0
            ? null
            : {
                text: t('figures.unpriced', count(unpricedRequests)),
                tone: 'attention',
                log: { price: 'unpriced' },
              },
          estimated,
          requests > 0 && unpricedRequests === 0 && estimatedRequests === 0 ? { text: t('figures.exact') } : null,
        ]}
      />
      <Figure
        label={t('figures.tokens')}
        value={<Amount value={tokensOf(totals)} />}
        change={<Change now={tokensOf(totals)} before={before && tokensOf(before)} />}
        run={points.map(tokensOf)}
        address={address}
        notes={[
          missingRequests === 0
            ? null
            : { text: t('figures.missing', count(missingRequests)), tone: 'attention', log: { usage: 'missing' } },
          totals.cacheReadTokens === 0
            ? null
            : { text: t('figures.cached', { share: formatShare(totals.cacheReadTokens, totals.inputTokens, locale) }) },
          estimated,
        ]}
      />
      <Figure
        label={t('figures.requests')}
        value={<Amount value={requests} />}
        change={<Change now={requests} before={before?.requests} />}
        run={points.map((point) => point.requests)}
        address={address}
        notes={[attempts > requests ? { text: t('figures.retries', count(attempts - requests)) } : null]}
      />
      <Figure
        label={t('figures.errors')}
        value={<Amount value={errors} />}
        change={<Change now={errors} before={before?.errors} isGrowthBad />}
        run={points.map((point) => point.errors)}
        tone={isAlarming(totals) ? 'bad' : undefined}
        address={address}
        notes={[
          errors === 0
            ? requests > 0
              ? { text: t('figures.noErrors') }
              : null
            : {
                text: t('figures.errorShare', { share: formatShare(errors, requests, locale) }),
                log: { outcome: 'failed' },
              },
        ]}
      />
    </div>
  );
}
