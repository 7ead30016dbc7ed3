import { Button, Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useLocale } from '../locales/use-locale.ts';
import classes from './facet-bar.module.css';
import { formatCount } from './numbers.tsx';

export interface Facet {
  id: string;
  label: string;
  options: readonly { value: string; label: string; count?: number }[];
  value: string | undefined;
  onChange: (value: string | undefined) => void;
  /** The list is opened, for choices that are asked for only then. */
  onOpen?: () => void;
}

/** Choices that narrow a list, each with how many it would leave. */
export function FacetBar({ facets, onClear }: { facets: readonly Facet[]; onClear?: () => void }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const isNarrowed = facets.some((facet) => facet.value !== undefined);
  return (
    <div className={classes.bar}>
      {facets.map((facet) => (
        <Select
          key={facet.id}
          aria-label={facet.label}
          placeholder={facet.label}
          className={classes.facet}
          data-chosen={facet.value !== undefined}
          value={facet.value ?? null}
          onChange={(value) => facet.onChange(value ?? undefined)}
          data={facet.options.map(({ value, label, count }) => ({
            value,
            label: count === undefined ? label : `${label} (${formatCount(count, locale)})`,
          }))}
          {...(facet.onOpen === undefined ? {} : { onDropdownOpen: facet.onOpen })}
          searchable={facet.options.length > 8}
          clearable
          clearButtonProps={{ 'aria-label': t('ui.clearFilter', { filter: facet.label }) }}
          nothingFoundMessage={t('ui.nothingFound')}
          comboboxProps={{ width: 240, position: 'bottom-start' }}
        />
      ))}
      {isNarrowed && onClear !== undefined && (
        <Button variant="subtle" color="gray" onClick={onClear}>
          {t('ui.clearFilters')}
        </Button>
      )}
    </div>
  );
}
