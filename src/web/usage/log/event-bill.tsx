import { Button } from '@mantine/core';
import { Tag } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAllowed } from '../../accounts/use-allowed.ts';
import { useLocale } from '../../locales/use-locale.ts';
import { formatMoney } from '../../ui/numbers.tsx';
import { Usd } from '../amounts.tsx';
import { billedBuckets } from './event-cost.ts';
import classes from './event-panel.module.css';
import type { UsageEvent } from './log-queries.ts';

const OwnPriceDialog = lazy(() => import('../../models/own-prices/own-price-dialog.tsx'));

/** The tokens by kind with the prices that were frozen for them when the call was made. */
export function EventBill({ event }: { event: UsageEvent }) {
  const { t } = useTranslation('usage');
  const isSeveral = event.lines.length > 1;
  return (
    <section aria-labelledby="event-bill">
      <h3 id="event-bill" className={classes.heading}>
        {t('event.bill')}
      </h3>
      {event.lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines of a call never change their order
        <BillTable key={index} line={line} name={isSeveral ? line.model : null} />
      ))}
      {event.lines.every((line) => billedBuckets(line).length === 0) && (
        <p className={classes.note}>{t(event.usageState === 'missing' ? 'event.noUsage' : 'event.noTokens')}</p>
      )}
      {event.usageState === 'estimated' && <p className={classes.note}>{t('event.estimatedHint')}</p>}
      {event.priceState === 'unpriced' && <PriceButton event={event} />}
    </section>
  );
}

function BillTable({ line, name }: { line: UsageEvent['lines'][number]; name: string | null }) {
  const { t } = useTranslation('usage');
  const locale = useLocale();
  const billed = billedBuckets(line);
  if (billed.length === 0) return null;
  return (
    <div className={classes.bill}>
      <table>
        {name !== null && <caption>{name}</caption>}
        <thead>
          <tr>
            <th scope="col">{t('event.kind')}</th>
            <th scope="col">{t('column.tokens')}</th>
            <th scope="col">{t('event.perMillion')}</th>
            <th scope="col">{t('column.cost')}</th>
          </tr>
        </thead>
        <tbody>
          {billed.map(({ bucket, tokens, usdPerMillion, costUsd }) => (
            <tr key={bucket}>
              <th scope="row">{t(`bucket.${bucket}`)}</th>
              <td>{new Intl.NumberFormat(locale).format(tokens)}</td>
              <td>{usdPerMillion === null ? '–' : formatMoney(usdPerMillion, locale)}</td>
              <td>
                <Usd value={costUsd} unknown={t('figures.noPrice')} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function PriceButton({ event }: { event: UsageEvent }) {
  const { t } = useTranslation('usage');
  const mayPrice = useAllowed('price:edit');
  const [isOpen, setIsOpen] = useState(false);
  const model = event.upstreamModel ?? event.model;
  if (!mayPrice || model === null) return null;
  return (
    <>
      <Button
        mt="sm"
        size="xs"
        variant="default"
        leftSection={<Tag size={14} aria-hidden />}
        onClick={() => setIsOpen(true)}
      >
        {t('event.enterPrice')}
      </Button>
      {isOpen && (
        <Suspense fallback={null}>
          <OwnPriceDialog provider={event.provider} model={model} onClose={() => setIsOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
