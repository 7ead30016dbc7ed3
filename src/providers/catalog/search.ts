import type { CatalogModel, Category } from './model.ts';
import {
  compact,
  compareNewest,
  compareText,
  type ProviderNames,
  type SearchableModel,
  searchableModels,
  tokenScore,
  tokensOf,
} from './search-index.ts';

export const MODEL_SORTS = ['relevance', 'name', 'context', 'input-price', 'output-price', 'newest'] as const;

type ModelSort = (typeof MODEL_SORTS)[number];

export interface ModelSearch {
  readonly q?: string | undefined;
  readonly provider?: string | undefined;
  /** A model must have all of them. */
  readonly categories?: readonly Category[] | undefined;
  readonly contextTokensMin?: number | undefined;
  /** Models of unknown price are left out. */
  readonly maxInputUsdPerMillion?: number | undefined;
  readonly sort?: ModelSort | undefined;
  /** 1 to `MODELS_PER_PAGE_MAX`; anything else is brought into that range. */
  readonly limit?: number | undefined;
  /** `nextCursor` of the page before, for the same search. An unreadable one gives an empty page. */
  readonly cursor?: string | undefined;
  /** Names besides its id by which each provider is found. Pass the same map each time: the index is kept for it. */
  readonly providerNames?: ProviderNames | undefined;
}

export interface ModelSearchResult {
  readonly items: readonly CatalogModel[];
  readonly total: number;
  readonly nextCursor: string | null;
  readonly facets: {
    /** How many of the found models have each category. */
    readonly categories: Readonly<Record<Category, number>>;
    /** How many models each provider would give, were no provider chosen. */
    readonly providers: Readonly<Record<string, number>>;
  };
}

const MODELS_PER_PAGE = 50;
export const MODELS_PER_PAGE_MAX = 500;

/** A longer query is cut: it cannot name a model. */
const QUERY_CHARACTERS_MAX = 200;
const TOKENS_MAX = 12;

const NO_NAMES: ProviderNames = new Map();

interface Hit {
  readonly row: SearchableModel;
  readonly score: number;
}

/** 0 when the query does not fit. An empty query fits everything alike. */
function scoreOf(row: SearchableModel, query: string, tokens: readonly string[]): number {
  if (query === '') return 1;
  if (row.id === query) return 10_000;
  if (row.bareId === query) return 9_000;
  let score = 0;
  for (const token of tokens) {
    const tokenPoints = tokenScore(row, token);
    if (tokenPoints === 0) return row.id.includes(query) || row.name.includes(query) ? 300 : 0;
    score += tokenPoints;
  }
  if (row.bareId.startsWith(query)) return 3_000 + score;
  if (row.name.startsWith(query)) return 2_000 + score;
  if (row.id.includes(query) || row.name.includes(query)) return 1_000 + score;
  return score;
}

/** Orders numbers with the unknown ones last, whichever way round the known ones go. */
function compareKnown(one: number | null, other: number | null, direction: 1 | -1): number {
  if (one === other) return 0;
  if (one === null) return 1;
  if (other === null) return -1;
  return (one - other) * direction;
}

/** By class of hit (exact, prefix, inside, word by word), then models in service, then the finer points. */
function compareRelevance(one: Hit, other: Hit): number {
  const sameClass = Math.floor(one.score / 1_000) === Math.floor(other.score / 1_000);
  const deprecated = Number(one.row.model.deprecated) - Number(other.row.model.deprecated);
  return (sameClass && deprecated) || other.score - one.score;
}

const COMPARE: Record<ModelSort, (one: Hit, other: Hit) => number> = {
  relevance: compareRelevance,
  name: (one, other) => compareText(one.row.name, other.row.name),
  context: (one, other) => compareKnown(one.row.model.contextTokens, other.row.model.contextTokens, -1),
  'input-price': (one, other) => compareKnown(one.row.model.inputUsdPerMillion, other.row.model.inputUsdPerMillion, 1),
  'output-price': (one, other) =>
    compareKnown(one.row.model.outputUsdPerMillion, other.row.model.outputUsdPerMillion, 1),
  newest: (one, other) => compareNewest(one.row.model, other.row.model),
};

function passes(model: CatalogModel, search: ModelSearch): boolean {
  const { categories = [], contextTokensMin, maxInputUsdPerMillion } = search;
  if (contextTokensMin !== undefined && (model.contextTokens ?? 0) < contextTokensMin) return false;
  if (maxInputUsdPerMillion !== undefined) {
    if (model.inputUsdPerMillion === null || model.inputUsdPerMillion > maxInputUsdPerMillion) return false;
  }
  return categories.every((category) => model.categories.includes(category));
}

function categoryCounts(hits: readonly Hit[]): Record<Category, number> {
  const counts: Record<Category, number> = {
    chat: 0,
    code: 0,
    'long-context': 0,
    multimodal: 0,
    reasoning: 0,
    embedding: 0,
    rerank: 0,
    image: 0,
    audio: 0,
    video: 0,
  };
  for (const { row } of hits) for (const category of row.model.categories) counts[category] += 1;
  return counts;
}

function providerCounts(hits: readonly Hit[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const { row } of hits) counts.set(row.model.provider, (counts.get(row.model.provider) ?? 0) + 1);
  return Object.fromEntries(counts);
}

function pageStart(cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  return /^[1-9]\d{0,8}$/.test(cursor) ? Number(cursor) : Number.POSITIVE_INFINITY;
}

/**
 * Searches all models at once: by id, name, family and provider name, in any case, punctuation and spacing
 * (`gpt4o` finds `gpt-4o`). Never throws; the same search over the same list always answers in the same order.
 */
export function searchModels(models: readonly CatalogModel[], search: ModelSearch): ModelSearchResult {
  const text = (search.q ?? '').slice(0, QUERY_CHARACTERS_MAX);
  const query = compact(text);
  const tokens = tokensOf(text).slice(0, TOKENS_MAX);
  const hits: Hit[] = [];
  for (const row of searchableModels(models, search.providerNames ?? NO_NAMES)) {
    const score = scoreOf(row, query, tokens);
    if (score > 0 && passes(row.model, search)) hits.push({ row, score });
  }
  const found = search.provider === undefined ? hits : hits.filter(({ row }) => row.model.provider === search.provider);
  // The rows come best standing first and the sort is stable: equal hits keep that order.
  const sorted = found.toSorted(COMPARE[search.sort ?? 'relevance']);
  const limit = Math.min(Math.max(Math.trunc(search.limit ?? MODELS_PER_PAGE) || 1, 1), MODELS_PER_PAGE_MAX);
  const start = pageStart(search.cursor);
  const end = start + limit;
  return {
    items: sorted.slice(start, end).map(({ row }) => row.model),
    total: sorted.length,
    nextCursor: end < sorted.length ? String(end) : null,
    facets: {
      categories: categoryCounts(found),
      providers: providerCounts(hits),
    },
  };
}
