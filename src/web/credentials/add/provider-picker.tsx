import { type ComboboxItem, type OptionsFilter, Select } from '@mantine/core';
import { Check } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ProviderMark } from '../../providers/provider-mark.tsx';
import type { ProviderSummary } from '../credential.ts';
import { type Providers, useProviders } from '../key-queries.ts';
import classes from './add.module.css';

interface ProviderPickerProps {
  value: string | null;
  onChange: (id: string | null) => void;
  error?: ReactNode;
  /** Names the field where no label stands above it, as in a table. */
  hiddenLabel?: string;
  size?: 'xs' | 'sm';
}

/** A search over every provider by either of its names or its id, with marks. */
export function ProviderPicker({ value, onChange, error, hiddenLabel, size = 'sm' }: ProviderPickerProps) {
  const { t } = useTranslation('credentials');
  const providers = useProviders();
  const { items, nameOf } = providers;
  const label =
    hiddenLabel === undefined ? { label: t('add.provider'), required: true } : { 'aria-label': hiddenLabel };
  return (
    <Select
      {...label}
      size={size}
      placeholder={hiddenLabel === undefined ? t('add.providerSearch') : t('several.chooseProvider')}
      value={value}
      onChange={onChange}
      error={error}
      searchable
      maxDropdownHeight={300}
      data={[...items].sort(customLast).map(({ id }) => ({ value: id, label: nameOf(id) }))}
      filter={filterBy(items)}
      nothingFoundMessage={t('add.providerNone')}
      leftSection={value === null ? null : <ProviderMark providerId={value} name={nameOf(value)} size={18} />}
      renderOption={({ option, checked }) => (
        <Option id={option.value} isChosen={checked === true} {...{ providers }} />
      )}
    />
  );
}

function Option({ id, isChosen, providers }: { id: string; isChosen: boolean; providers: Providers }) {
  const name = providers.nameOf(id);
  return (
    <span className={classes.option}>
      <ProviderMark providerId={id} name={name} size={18} />
      <span className={classes.optionName}>{name}</span>
      <span className={classes.optionHost}>{hostOf(providers.find(id))}</span>
      {isChosen && <Check size={14} aria-hidden />}
    </span>
  );
}

function hostOf(provider: ProviderSummary | undefined): string {
  return provider?.baseUrl == null ? '' : (URL.parse(provider.baseUrl)?.host ?? '');
}

/** The built-in "custom" stands at the end, where people look when nothing else fits. */
function customLast(left: ProviderSummary, right: ProviderSummary): number {
  return Number(left.id === 'custom') - Number(right.id === 'custom');
}

function filterBy(items: readonly ProviderSummary[]): OptionsFilter {
  const words = new Map(items.map(({ id, name, nameZh }) => [id, `${id} ${name} ${nameZh}`.toLowerCase()]));
  return ({ options, search }) => {
    const wanted = search.trim().toLowerCase();
    return options.filter(
      (option): option is ComboboxItem => 'value' in option && (words.get(option.value) ?? '').includes(wanted),
    );
  };
}
