import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useNow } from '../credentials/use-now.ts';
import { CardsSkeleton } from '../ui/skeletons.tsx';
import { UsageFigures } from '../usage/figures.tsx';
import { spanBefore, spanOf } from '../usage/range.ts';
import { useUsageSeries, useUsageSummary } from '../usage/usage-queries.ts';
import classes from './overview.module.css';

/** Cost, tokens, requests and errors of the last 30 days. Where it cannot be told, the rest of the page stands without it. */
export function RecentUsage() {
  const { t } = useTranslation('usage');
  const span = spanOf('30d', useNow());
  const summary = useUsageSummary({ span });
  const before = useUsageSummary({ span: spanBefore(span) });
  const series = useUsageSeries({ span });
  if (summary.isError || series.isError) return null;
  const totals = summary.data?.totals;
  return (
    <section className={classes.usage} aria-labelledby="recent-usage">
      <header className={classes.usageHeader}>
        <h2 id="recent-usage">{t('overview.title')}</h2>
        <Link to="/usage">{t('overview.more')}</Link>
      </header>
      {(totals === undefined || series.data === undefined) && <CardsSkeleton cards={4} height={132} />}
      {totals !== undefined && totals.attempts === 0 && (
        <p className={classes.usageEmpty}>
          {t('overview.empty')} <Link to="/virtual-keys">{t('overview.first')}</Link>
        </p>
      )}
      {totals !== undefined && totals.attempts > 0 && series.data !== undefined && (
        <UsageFigures totals={totals} before={before.data?.totals} points={series.data.points} address={{}} />
      )}
    </section>
  );
}
