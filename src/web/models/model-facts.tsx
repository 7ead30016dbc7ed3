import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocale } from '../locales/use-locale.ts';
import { formatDay } from '../ui/time.tsx';
import { CategoryTags } from './category-tags.tsx';
import type { Currency } from './currency.ts';
import type { Model } from './model.ts';
import { Price, Unknown } from './price.tsx';

/** One property of models: how it is called, read and shown. `better` says which end of the numbers is preferred. */
export interface ModelFact {
  label: string;
  group: 'abilities' | 'prices' | 'origin';
  /** What is compared. Unknown values are null and never count as better or worse. */
  valueOf: (model: Model) => string | number | null;
  show: (model: Model) => ReactNode;
  better?: 'lowest' | 'largest';
}

const modalities = ['text', 'image', 'audio', 'video', 'pdf', 'file', 'embedding'] as const;

/** Everything the catalogue says about a model, in the order of the details and of the comparison. */
export function useModelFacts(currency: Currency): ModelFact[] {
  const { t } = useTranslation('models');
  const locale = useLocale();

  const tokens = (label: string, read: (model: Model) => number | null): ModelFact => ({
    label,
    group: 'abilities',
    valueOf: read,
    better: 'largest',
    show: (model) => {
      const count = read(model);
      return count === null ? (
        <Unknown />
      ) : (
        t('detail.tokens', { formatted: new Intl.NumberFormat(locale).format(count) })
      );
    },
  });
  const price = (label: string, read: (model: Model) => number | null): ModelFact => ({
    label,
    group: 'prices',
    valueOf: read,
    better: 'lowest',
    show: (model) => <Price usd={read(model)} currency={currency} />,
  });
  const kinds = (label: string, read: (model: Model) => readonly string[]): ModelFact => ({
    label,
    group: 'abilities',
    valueOf: (model) => (read(model).length === 0 ? null : [...read(model)].sort().join()),
    show: (model) =>
      read(model).length === 0 ? (
        <Unknown />
      ) : (
        read(model)
          .map((kind) => modalities.find((known) => known === kind) ?? kind)
          .map((kind) => wordOf(kind))
          .join(locale === 'zh-CN' ? '、' : ', ')
      ),
  });
  const wordOf = (kind: string) => {
    const known = modalities.find((name) => name === kind);
    return known === undefined ? kind : t(`detail.modality.${known}`);
  };
  const day = (label: string, read: (model: Model) => string | null): ModelFact => ({
    label,
    group: 'origin',
    valueOf: read,
    show: (model) => {
      const value = read(model);
      return value === null ? <Unknown /> : formatDay(value, locale);
    },
  });

  return [
    {
      label: t('filter.category'),
      group: 'abilities',
      valueOf: (model) => [...model.categories].sort().join(),
      show: (model) => <CategoryTags categories={model.categories} />,
    },
    tokens(t('detail.context'), (model) => model.contextTokens),
    tokens(t('detail.output'), (model) => model.outputTokens),
    kinds(t('detail.takes'), (model) => model.inputModalities),
    kinds(t('detail.gives'), (model) => model.outputModalities),
    {
      label: t('detail.tools'),
      group: 'abilities',
      valueOf: (model) => (model.tools === null ? null : String(model.tools)),
      show: ({ tools }) => (tools === null ? <Unknown /> : tools ? t('detail.yes') : t('detail.no')),
    },
    price(t('detail.input'), (model) => model.inputUsdPerMillion),
    price(t('detail.outputPrice'), (model) => model.outputUsdPerMillion),
    price(t('detail.cacheRead'), (model) => model.cacheReadUsdPerMillion),
    price(t('detail.cacheWrite'), (model) => model.cacheWriteUsdPerMillion),
    day(t('detail.released'), (model) => model.releasedAt),
    day(t('detail.retires'), (model) => model.deprecatedAt),
    {
      label: t('detail.source'),
      group: 'origin',
      valueOf: (model) => model.source,
      show: ({ source }) => (source === 'provider' ? t('detail.fromProvider') : t('detail.catalogue')),
    },
  ];
}
