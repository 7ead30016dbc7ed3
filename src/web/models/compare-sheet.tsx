import { CloseButton, Modal, Skeleton, Switch } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useProviders } from '../credentials/key-queries.ts';
import { PHONE } from '../credentials/screen.ts';
import { ProviderMark } from '../providers/provider-mark.tsx';
import { CopyButton } from '../ui/copy.tsx';
import { InlineError } from '../ui/error-state.tsx';
import { useFocusBack } from '../ui/use-focus-back.ts';
import classes from './compare-sheet.module.css';
import { useComparedFacts } from './compared-facts.tsx';
import { noteModelCopied } from './copied-model.ts';
import type { Currency } from './currency.ts';
import { splitModelKey } from './model.ts';
import { type ComparedModel, useComparedModels } from './model-queries.ts';

interface CompareSheetProps {
  names: readonly string[];
  currency: Currency;
  onRemove: (name: string) => void;
  onClose: () => void;
}

/** Up to four models side by side, with what differs marked and the best of each line named. */
export default function CompareSheet({ names, currency, onRemove, onClose }: CompareSheetProps) {
  const { t } = useTranslation('models');
  useFocusBack();
  const compared = useComparedModels(names);
  const facts = useComparedFacts(
    compared.map(({ model }) => model),
    currency,
  );
  const [isShort, setIsShort] = useState(false);
  const isPhone = useMediaQuery(PHONE, false, { getInitialValueInEffect: false });
  const shown = facts.filter((fact) => !isShort || fact.differs);
  const error = compared.find((one) => one.error !== null)?.error ?? null;
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('compare.title')}
      size={220 + names.length * 220}
      fullScreen={isPhone}
      closeButtonProps={{ 'aria-label': t('compare.close') }}
    >
      <Switch
        size="xs"
        className={classes.switch ?? ''}
        label={t('compare.onlyDifferences')}
        checked={isShort}
        onChange={(event) => setIsShort(event.currentTarget.checked)}
      />
      {error !== null && <InlineError error={error} />}
      <div className={classes.scroll}>
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col">
                <span className={classes.hidden}>{t('compare.property')}</span>
              </th>
              {compared.map((one) => (
                <ModelHead key={one.name} compared={one} onRemove={() => onRemove(one.name)} />
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((fact) => (
              <tr key={fact.label} data-differs={fact.differs || undefined}>
                <th scope="row">
                  {fact.label}
                  {fact.differs && <span className={classes.hidden}> ({t('compare.differs')})</span>}
                </th>
                {fact.values.map((value, index) => (
                  <td key={compared[index]?.name} data-best={fact.best?.indexes.includes(index) || undefined}>
                    {compared[index]?.isLoading === true ? <Skeleton height={12} width="60%" /> : value}
                    {fact.best?.indexes.includes(index) === true && (
                      <span className={classes.best}>{t(`compare.${fact.best.word}`)}</span>
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {shown.length === 0 && <p className={classes.same}>{t('compare.same')}</p>}
    </Modal>
  );
}

function ModelHead({ compared, onRemove }: { compared: ComparedModel; onRemove: () => void }) {
  const { t } = useTranslation('models');
  const { nameOf } = useProviders();
  const { provider, id } = splitModelKey(compared.name) ?? { provider: '', id: compared.name };
  return (
    <th scope="col">
      <span className={classes.head}>
        <ProviderMark providerId={provider} name={nameOf(provider)} size={20} />
        <CopyButton value={id} label={t('row.copy', { id })} name={id} size={24} onCopied={noteModelCopied} />
        <CloseButton size="sm" aria-label={t('compare.remove', { id })} onClick={onRemove} />
      </span>
      <span className={classes.id} translate="no">
        {id}
      </span>
      <span className={classes.provider}>
        {compared.model === null && !compared.isLoading ? t('compare.missing') : nameOf(provider)}
      </span>
    </th>
  );
}
