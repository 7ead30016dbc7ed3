import { Autocomplete, Loader } from '@mantine/core';
import { type Ref, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useProviders } from '../credentials/key-queries.ts';
import type { Model } from '../models/model.ts';
import { ProviderMark } from '../providers/provider-mark.tsx';
import { useUsableModels } from '../virtual-keys/usable-models.ts';
import classes from './playground.module.css';

const MODEL_LENGTH_MAX = 200;
const SHOWN_MAX = 60;

interface ModelFieldProps {
  value: string;
  providerIds: readonly string[];
  /** Every key may be used: then the provider stands before the model, so that there is no doubt whose it is. */
  isAll: boolean;
  isMissing: boolean;
  /** For giving it the focus when it is missing. */
  ref: Ref<HTMLInputElement>;
  onChange: (model: string) => void;
}

/** A search over the models of the chosen keys; any other name is taken as it is. */
export function ModelField({ value, providerIds, isAll, isMissing, ref, onChange }: ModelFieldProps) {
  const { t } = useTranslation('playground');
  const { nameOf } = useProviders();
  // After a choice the whole list stands open again, and not what resembles the choice.
  const [words, setWords] = useState('');
  const { models, isLoading } = useUsableModels(providerIds, words);
  const nameIn = ({ id, provider }: Model) => (isAll && providerIds.length > 1 ? `${provider}/${id}` : id);
  const byName = new Map(models.map((model) => [nameIn(model), model]));
  return (
    <Autocomplete
      ref={ref}
      label={t('settings.model')}
      description={t('settings.modelHint')}
      placeholder={t('settings.modelPlaceholder')}
      value={value}
      maxLength={MODEL_LENGTH_MAX}
      spellCheck={false}
      error={isMissing && t('chat.modelMissing')}
      data={[...byName.keys()]}
      limit={SHOWN_MAX}
      maxDropdownHeight={300}
      // The server has searched already, over more than the text of the name.
      filter={({ options }) => options}
      rightSection={isLoading ? <Loader size={14} aria-label={t('settings.modelSearching')} /> : null}
      onChange={(model) => {
        onChange(model);
        setWords(byName.has(model) ? '' : model);
      }}
      renderOption={({ option }) => {
        const model = byName.get(option.value);
        if (model === undefined) return <span>{option.value}</span>;
        return (
          <span className={classes.option}>
            <ProviderMark providerId={model.provider} name={nameOf(model.provider)} size={16} />
            <span className={classes.optionName}>{model.id}</span>
          </span>
        );
      }}
    />
  );
}
