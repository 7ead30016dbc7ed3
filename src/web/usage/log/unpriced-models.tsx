import { Button } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAllowed } from '../../accounts/use-allowed.ts';
import classes from './log.module.css';
import type { UsageEvent } from './log-queries.ts';

const OwnPriceDialog = lazy(() => import('../../models/own-prices/own-price-dialog.tsx'));

interface PricedModel {
  provider: string;
  model: string;
}

/** The models without a price among the calls on the screen, each with the way to give it one. */
export function UnpricedModels({ events }: { events: readonly UsageEvent[] }) {
  const { t } = useTranslation('usage');
  const mayPrice = useAllowed('price:edit');
  const [open, setOpen] = useState<PricedModel | null>(null);
  const models = new Map<string, PricedModel>();
  for (const { provider, upstreamModel, model: asked, priceState } of events) {
    const model = upstreamModel ?? asked;
    if (priceState === 'unpriced' && model !== null) models.set(`${provider}/${model}`, { provider, model });
  }
  if (models.size === 0) return null;
  return (
    <section className={classes.unpriced} aria-label={t('log.unpricedTitle')}>
      <p>{t(mayPrice ? 'log.unpriced' : 'log.unpricedAsk')}</p>
      {mayPrice && (
        <ul className={classes.models}>
          {[...models].map(([name, model]) => (
            <li key={name}>
              <Button size="compact-sm" variant="default" onClick={() => setOpen(model)}>
                {name}
              </Button>
            </li>
          ))}
        </ul>
      )}
      {open !== null && (
        <Suspense fallback={null}>
          <OwnPriceDialog {...open} onClose={() => setOpen(null)} />
        </Suspense>
      )}
    </section>
  );
}
