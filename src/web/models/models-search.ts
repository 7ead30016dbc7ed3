import { type Category, categories } from '../../contract/vocabulary.ts';
import { pick } from '../search-params.ts';

export const sorts = ['relevance', 'name', 'context', 'input-price', 'output-price', 'newest'] as const;
export type Sort = (typeof sorts)[number];

export const COMPARED_MAX = 4;

export const modelsPanels = ['prices', 'aliases'] as const;
export type ModelsPanel = (typeof modelsPanels)[number];

/** What the address of the models page says. */
export interface ModelsSearch {
  q?: string | undefined;
  provider?: string | undefined;
  category?: readonly Category[] | undefined;
  sort?: Sort | undefined;
  /** Least context in tokens. */
  context?: number | undefined;
  /** Highest input price in US dollars per million tokens. */
  price?: number | undefined;
  /** Up to four `provider/model`. */
  compare?: readonly string[] | undefined;
  /** The `provider/model` whose details are open. */
  model?: string | undefined;
  /** What the workspace adds to the catalogue, opened beside the list. */
  panel?: ModelsPanel | undefined;
}

/** The texts in the address. */
export interface ModelsAddress {
  q?: string;
  provider?: string;
  category?: string;
  sort?: string;
  context?: string;
  price?: string;
  compare?: string;
  model?: string;
  panel?: string;
}

/** Reads an address that people may have edited; what is not understood is left out. */
export function readModelsSearch(raw: ModelsAddress): ModelsSearch {
  const { q, provider, model } = raw;
  const chosen = list(raw.category);
  return {
    q,
    provider,
    category: categories.filter((category) => chosen.includes(category)),
    sort: sorts.find((sort) => sort === raw.sort),
    context: positive(raw.context),
    price: positive(raw.price),
    compare: [...new Set(list(raw.compare))].slice(0, COMPARED_MAX),
    model,
    panel: modelsPanels.find((panel) => panel === raw.panel),
  };
}

export function writeModelsSearch(search: ModelsSearch): ModelsAddress {
  const { q, provider, category = [], sort, context, price, compare = [], model, panel } = search;
  const raw = {
    q,
    provider,
    category: category.join(','),
    sort: sort === 'relevance' ? undefined : sort,
    context: context === undefined ? undefined : String(context),
    price: price === undefined ? undefined : String(price),
    compare: compare.join(','),
    model,
    panel,
  };
  return pick(raw, 'q', 'provider', 'category', 'sort', 'context', 'price', 'compare', 'model', 'panel');
}

function list(text: string | undefined): string[] {
  return (text ?? '').split(',').filter((part) => part !== '');
}

function positive(text: string | undefined): number | undefined {
  const value = Number(text);
  return text !== undefined && Number.isFinite(value) && value >= 0 ? value : undefined;
}
