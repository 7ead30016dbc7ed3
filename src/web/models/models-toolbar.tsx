import { Chip, SegmentedControl, Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type Category, categories } from '../../contract/vocabulary.ts';
import { useProviders } from '../credentials/key-queries.ts';
import { useLocale } from '../locales/use-locale.ts';
import { type Facet, FacetBar } from '../ui/facet-bar.tsx';
import { formatCount, formatMoney, formatTokens } from '../ui/numbers.tsx';
import { SearchField } from '../ui/search-field.tsx';
import { CNY_PER_USD, type Currency, currencies, inCurrency, RATE_MONTH } from './currency.ts';
import type { ModelsReply } from './model.ts';
import { type ModelsSearch, sorts } from './models-search.ts';
import classes from './models-toolbar.module.css';

const CONTEXT_CHOICES = [32_000, 128_000, 200_000, 1_000_000] as const;
const PRICE_CHOICES_USD = [0.1, 0.5, 1, 3, 10] as const;

interface ModelsToolbarProps {
  search: ModelsSearch;
  facets: ModelsReply['facets'] | undefined;
  currency: Currency;
  onChange: (patch: ModelsSearch) => void;
  onCurrency: (currency: Currency) => void;
}

/** One search over everything, categories with counts, and the finer choices. */
export function ModelsToolbar({ search, facets, currency, onChange, onCurrency }: ModelsToolbarProps) {
  const { t } = useTranslation('models');
  const locale = useLocale();
  const sort = search.sort ?? 'relevance';
  return (
    <search className={classes.toolbar}>
      <div className={classes.line}>
        <SearchField
          className={classes.search ?? ''}
          label={t('filter.search')}
          value={search.q ?? ''}
          onChange={(q) => onChange({ q: q === '' ? undefined : q })}
        />
        <Select
          className={classes.sort ?? ''}
          aria-label={t('filter.sort')}
          value={sort}
          allowDeselect={false}
          data={sorts.map((value) => ({
            value,
            label: t(value === 'relevance' && search.q === undefined ? 'sort.current' : `sort.${value}`),
          }))}
          onChange={(value) => onChange({ sort: sorts.find((known) => known === value) })}
        />
        <SegmentedControl
          className={classes.currency ?? ''}
          size="xs"
          aria-label={t('filter.currency')}
          value={currency}
          data={[...currencies]}
          onChange={(value) => onCurrency(value === 'CNY' ? 'CNY' : 'USD')}
        />
      </div>
      <CategoryChips search={search} facets={facets} onChange={onChange} />
      <FacetBar
        facets={useChoices({ search, facets, currency, onChange })}
        onClear={() => onChange({ provider: undefined, context: undefined, price: undefined })}
      />
      {currency === 'CNY' && (
        <p className={classes.rate}>
          {t('filter.rate', {
            rate: CNY_PER_USD,
            date: new Intl.DateTimeFormat(locale, { year: 'numeric', month: 'short' }).format(new Date(RATE_MONTH)),
          })}
        </p>
      )}
    </search>
  );
}

type Part = Pick<ModelsToolbarProps, 'search' | 'facets' | 'onChange'>;

function CategoryChips({ search, facets, onChange }: Part) {
  const { t } = useTranslation('models');
  const locale = useLocale();
  const chosen = search.category ?? [];
  const choose = (values: string[]) => onChange({ category: categories.filter((known) => values.includes(known)) });
  return (
    <fieldset className={classes.chips}>
      <legend className={classes.hidden}>{t('filter.category')}</legend>
      <Chip.Group multiple value={[...chosen]} onChange={choose}>
        {categories.map((category: Category) => {
          const count = facets?.categories[category] ?? 0;
          return (
            <Chip
              key={category}
              value={category}
              size="xs"
              variant="light"
              classNames={{ label: classes.chip ?? '' }}
              disabled={facets !== undefined && count === 0 && !chosen.includes(category)}
            >
              {t(`category.${category}`)}
              {facets !== undefined && <span className={classes.count}>{formatCount(count, locale)}</span>}
            </Chip>
          );
        })}
      </Chip.Group>
    </fieldset>
  );
}

function useChoices({ search, facets, currency, onChange }: Part & { currency: Currency }): Facet[] {
  const { t } = useTranslation('models');
  const locale = useLocale();
  const { nameOf } = useProviders();
  const providers = Object.entries(facets?.providers ?? {})
    .map(([value, count]) => ({ value, label: nameOf(value), count }))
    .sort((left, right) => right.count - left.count);
  const isListed = search.provider === undefined || providers.some(({ value }) => value === search.provider);
  const chosen = { value: search.provider ?? '', label: nameOf(search.provider ?? '') };
  return [
    {
      id: 'provider',
      label: t('filter.provider'),
      options: isListed ? providers : [...providers, chosen],
      value: search.provider,
      onChange: (provider) => onChange({ provider }),
    },
    {
      id: 'context',
      label: t('filter.context'),
      options: withChosen(CONTEXT_CHOICES, search.context).map((tokens) => ({
        value: String(tokens),
        label: `≥ ${formatTokens(tokens)}`,
      })),
      value: search.context === undefined ? undefined : String(search.context),
      onChange: (value) => onChange({ context: value === undefined ? undefined : Number(value) }),
    },
    {
      id: 'price',
      label: t('filter.price'),
      options: withChosen(PRICE_CHOICES_USD, search.price).map((usd) => ({
        value: String(usd),
        label: t('filter.upTo', { price: formatMoney(inCurrency(usd, currency), locale, currency) }),
      })),
      value: search.price === undefined ? undefined : String(search.price),
      onChange: (value) => onChange({ price: value === undefined ? undefined : Number(value) }),
    },
  ];
}

/** A value from the address stands among the choices, too. */
function withChosen(choices: readonly number[], chosen: number | undefined): number[] {
  return [...new Set(chosen === undefined ? choices : [...choices, chosen])].sort((left, right) => left - right);
}
