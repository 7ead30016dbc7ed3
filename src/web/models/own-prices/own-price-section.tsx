import { Button } from '@mantine/core';
import { Tag } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAllowed } from '../../accounts/use-allowed.ts';
import { useLocale } from '../../locales/use-locale.ts';
import { formatMoney } from '../../ui/numbers.tsx';
import { Time } from '../../ui/time.tsx';
import type { Model } from '../model.ts';
import classes from './own-prices.module.css';
import { useOwnPrice } from './price-queries.ts';

const OwnPriceDialog = lazy(() => import('./own-price-dialog.tsx'));

/** Under the catalogue's prices: the one that the workspace goes by, and the way to enter it. */
export function OwnPriceSection({ model }: { model: Pick<Model, 'id' | 'provider'> }) {
  const { t } = useTranslation('models');
  const locale = useLocale();
  const mayEdit = useAllowed('price:edit');
  const price = useOwnPrice(model.provider, model.id);
  const [isOpen, setIsOpen] = useState(false);
  if (price === undefined || (price === null && !mayEdit)) return null;
  return (
    <div className={classes.item}>
      <div className={classes.words}>
        {price === null ? (
          t('ownPrice.offer')
        ) : (
          <>
            <strong>
              {t('ownPrice.own', {
                input: formatMoney(price.inputUsdPerMillion, locale),
                output: formatMoney(price.outputUsdPerMillion, locale),
              })}
            </strong>
            <div className={classes.under}>
              {price.updatedBy} · <Time value={price.updatedAt} />
            </div>
          </>
        )}
      </div>
      {mayEdit && (
        <Button size="xs" variant="default" leftSection={<Tag size={14} aria-hidden />} onClick={() => setIsOpen(true)}>
          {price === null ? t('ownPrice.set') : t('ownPrice.change')}
        </Button>
      )}
      {isOpen && (
        <Suspense fallback={null}>
          <OwnPriceDialog provider={model.provider} model={model.id} onClose={() => setIsOpen(false)} />
        </Suspense>
      )}
    </div>
  );
}
