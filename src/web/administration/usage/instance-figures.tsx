import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocale } from '../../locales/use-locale.ts';
import { formatCount } from '../../ui/numbers.tsx';
import { Amount, formatShare, isAlarming, Usd } from '../../usage/amounts.tsx';
import classes from './instance-usage.module.css';
import type { InstanceUsage } from './usage-days.ts';

/** The totals of the span, each honest about what is not known. */
export function InstanceFigures({ totals }: Pick<InstanceUsage, 'totals'>) {
  const { t } = useTranslation('administration');
  const locale = useLocale();
  const { requests, errors, inputTokens, outputTokens, costUsd, unpricedRequests } = totals;
  const split = { input: formatCount(inputTokens, locale), output: formatCount(outputTokens, locale) };
  return (
    <dl className={classes.figures}>
      <Figure
        label={t('usage.cost')}
        hint={unpricedRequests === 0 ? t('usage.allPriced') : t('usage.unpriced', { count: unpricedRequests })}
        isAlarming={unpricedRequests > 0}
      >
        <Usd value={costUsd} unknown={t('usage.unknownCost')} />
      </Figure>
      <Figure label={t('usage.tokens')} hint={t('usage.tokenSplit', split)}>
        <Amount value={inputTokens + outputTokens} />
      </Figure>
      <Figure label={t('usage.requests')}>
        <Amount value={requests} />
      </Figure>
      <Figure
        label={t('usage.errors')}
        hint={t('usage.errorShare', { share: formatShare(errors, requests, locale) })}
        isAlarming={isAlarming(totals)}
      >
        <Amount value={errors} />
      </Figure>
    </dl>
  );
}

interface FigureProps {
  label: string;
  hint?: string;
  isAlarming?: boolean;
  children: ReactNode;
}

function Figure({ label, hint, isAlarming: isAlarmed = false, children }: FigureProps) {
  return (
    <div className={classes.figure}>
      <dt>{label}</dt>
      <dd>
        <strong>{children}</strong>
        {hint !== undefined && <span data-alarming={isAlarmed || undefined}>{hint}</span>}
      </dd>
    </div>
  );
}
