import { Modal, Skeleton } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useTranslation } from 'react-i18next';
import { PHONE } from '../../credentials/screen.ts';
import { ErrorState } from '../../ui/error-state.tsx';
import { useFocusBack } from '../../ui/use-focus-back.ts';
import { useComparedModels } from '../model-queries.ts';
import { OwnPriceForm } from './own-price-form.tsx';
import { draftOf } from './price-draft.ts';
import { useOwnPrices } from './price-queries.ts';

interface OwnPriceDialogProps {
  /** Empty where the person is to choose. */
  provider: string;
  model: string;
  onClose: () => void;
}

/** Enters what a model costs the workspace, in US dollars per million tokens. */
export default function OwnPriceDialog({ provider, model, onClose }: OwnPriceDialogProps) {
  const { t } = useTranslation('models');
  useFocusBack();
  const isPhone = useMediaQuery(PHONE, false, { getInitialValueInEffect: false });
  const prices = useOwnPrices();
  const [known] = useComparedModels(model === '' ? [] : [`${provider}/${model}`]);
  const own = prices.data?.items.find((price) => price.provider === provider && price.model === model) ?? null;
  const isLoading = prices.isPending || known?.isLoading === true;
  return (
    <Modal
      opened
      onClose={onClose}
      size={480}
      fullScreen={isPhone}
      title={model === '' ? t('ownPrice.add') : t('ownPrice.title', { model })}
      closeButtonProps={{ 'aria-label': t('ownPrice.close') }}
    >
      {prices.isError && <ErrorState error={prices.error} onRetry={() => void prices.refetch()} />}
      {!prices.isError && isLoading && <Skeleton height={320} radius="md" />}
      {prices.data !== undefined && !isLoading && (
        <OwnPriceForm
          start={draftOf({ provider, model }, own, known?.model ?? null)}
          isChosen={model !== ''}
          onClose={onClose}
        />
      )}
    </Modal>
  );
}
