import { useTranslation } from 'react-i18next';
import { useProviders } from '../credentials/key-queries.ts';
import { ProviderMark } from '../providers/provider-mark.tsx';
import { CopyButton } from '../ui/copy.tsx';
import { noteModelCopied } from './copied-model.ts';
import { Deprecation } from './deprecation.tsx';
import type { Model } from './model.ts';
import classes from './models-table.module.css';

/** Mark, id with its copy button, name and provider; the id opens the details. */
export function ModelId({ model, onOpen }: { model: Model; onOpen: () => void }) {
  const { t } = useTranslation('models');
  const { nameOf } = useProviders();
  const { id, name, provider } = model;
  const providerName = nameOf(provider);
  return (
    <div className={classes.model}>
      <ProviderMark providerId={provider} name={providerName} size={24} />
      <div className={classes.words}>
        <div className={classes.idLine}>
          <button type="button" className={classes.id} translate="no" title={id} data-row-name="" onClick={onOpen}>
            {id}
          </button>
          <CopyButton value={id} label={t('row.copy', { id })} name={id} size={24} onCopied={noteModelCopied} />
          <Deprecation model={model} />
        </div>
        <div className={classes.under}>
          {name !== id && <span>{name} · </span>}
          {providerName}
        </div>
      </div>
    </div>
  );
}
