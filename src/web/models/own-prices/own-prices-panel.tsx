import { ActionIcon, Button, Skeleton } from '@mantine/core';
import { Pencil, Plus, Tag, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAllowed } from '../../accounts/use-allowed.ts';
import { api } from '../../api.ts';
import { useProviders } from '../../credentials/key-queries.ts';
import { useLocale } from '../../locales/use-locale.ts';
import { ProviderMark } from '../../providers/provider-mark.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { formatMoney } from '../../ui/numbers.tsx';
import { SidePanel } from '../../ui/side-panel.tsx';
import OwnPriceDialog from './own-price-dialog.tsx';
import classes from './own-prices.module.css';
import { type OwnPrice, useOwnPrices, useRefreshPrices } from './price-queries.ts';

/** The prices that the workspace has entered itself: add, change, forget. */
export default function OwnPricesPanel({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('models');
  const mayEdit = useAllowed('price:edit');
  const prices = useOwnPrices();
  const [edited, setEdited] = useState<{ provider: string; model: string } | null>(null);
  const [forgotten, setForgotten] = useState<OwnPrice | null>(null);
  const add = mayEdit && (
    <Button leftSection={<Plus size={15} aria-hidden />} onClick={() => setEdited({ provider: '', model: '' })}>
      {t('ownPrice.add')}
    </Button>
  );
  return (
    <SidePanel isOpen onClose={onClose} title={t('ownPrice.listTitle')}>
      <div className={classes.stack}>
        <p className={classes.lead}>{t('ownPrice.listLead')}</p>
        {prices.isPending && <Skeleton height={160} radius="md" />}
        {prices.isError && <ErrorState error={prices.error} onRetry={() => void prices.refetch()} />}
        {prices.data?.items.length === 0 && (
          <EmptyState icon={Tag} title={t('ownPrice.none')} text={t('ownPrice.noneHint')} action={add} />
        )}
        {prices.data !== undefined && prices.data.items.length > 0 && (
          <>
            <ul className={classes.list}>
              {prices.data.items.map((price) => (
                <Item
                  key={`${price.provider}/${price.model}`}
                  price={price}
                  mayEdit={mayEdit}
                  onEdit={() => setEdited(price)}
                  onForget={() => setForgotten(price)}
                />
              ))}
            </ul>
            <div>{add}</div>
          </>
        )}
      </div>
      {edited !== null && (
        <OwnPriceDialog provider={edited.provider} model={edited.model} onClose={() => setEdited(null)} />
      )}
      {forgotten !== null && <Forget price={forgotten} onClose={() => setForgotten(null)} />}
    </SidePanel>
  );
}

interface ItemProps {
  price: OwnPrice;
  mayEdit: boolean;
  onEdit: () => void;
  onForget: () => void;
}

function Item({ price, mayEdit, onEdit, onForget }: ItemProps) {
  const { t } = useTranslation('models');
  const locale = useLocale();
  const { nameOf } = useProviders();
  const { provider, model } = price;
  return (
    <li className={classes.item}>
      <ProviderMark providerId={provider} name={nameOf(provider)} size={24} />
      <div className={classes.words}>
        <div className={classes.model} translate="no">
          {model}
        </div>
        <div className={classes.under}>
          {t('ownPrice.line', {
            provider: nameOf(provider),
            input: formatMoney(price.inputUsdPerMillion, locale),
            output: formatMoney(price.outputUsdPerMillion, locale),
          })}
        </div>
      </div>
      {mayEdit && (
        <>
          <ActionIcon aria-label={t('ownPrice.edit', { model })} onClick={onEdit}>
            <Pencil size={15} aria-hidden />
          </ActionIcon>
          <ActionIcon aria-label={t('ownPrice.forget', { model })} onClick={onForget}>
            <Trash2 size={15} aria-hidden />
          </ActionIcon>
        </>
      )}
    </li>
  );
}

function Forget({ price, onClose }: { price: OwnPrice; onClose: () => void }) {
  const { t } = useTranslation('models');
  const refresh = useRefreshPrices();
  const { provider, model } = price;
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      title={t('ownPrice.forgetTitle', { model })}
      confirmLabel={t('ownPrice.forgetConfirm')}
      onConfirm={async () => {
        await api('DELETE /api/prices', { query: { provider, model } });
        await refresh();
      }}
    >
      <p>{t('ownPrice.forgetText')}</p>
    </ConfirmDialog>
  );
}
