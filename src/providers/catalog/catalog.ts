import type { CatalogModel } from './model.ts';

const SCHEMA = 1;

/** A row of catalog.json: what equals its default is left out, which halves the file. */
type CatalogRow = Partial<CatalogModel> & Pick<CatalogModel, 'id' | 'provider' | 'source'>;

/** What a row means where it is silent. The generator leaves out exactly these values. */
export const ROW_DEFAULTS = {
  family: null,
  kind: 'chat',
  categories: [],
  contextTokens: null,
  outputTokens: null,
  inputModalities: ['text'],
  outputModalities: ['text'],
  reasoning: false,
  tools: null,
  inputUsdPerMillion: null,
  outputUsdPerMillion: null,
  cacheReadUsdPerMillion: null,
  cacheWriteUsdPerMillion: null,
  tiers: [],
  rarePrices: {},
  timedPrices: [],
  listCurrency: 'USD',
  releasedAt: null,
  deprecatedAt: null,
  deprecated: false,
  openWeights: null,
} as const satisfies Omit<CatalogModel, 'id' | 'provider' | 'name' | 'source'>;

/** Reads the text of catalog.json. Throws when the file has another schema than this program. */
export function parseCatalog(text: string): readonly CatalogModel[] {
  const file = JSON.parse(text) as { schema?: unknown; models?: CatalogRow[] };
  if (file.schema !== SCHEMA || !Array.isArray(file.models)) {
    throw new Error(`catalog.json has schema ${String(file.schema)}, this program reads schema ${SCHEMA}.`);
  }
  return file.models.map((row) => ({ ...ROW_DEFAULTS, name: row.id, ...row }));
}

export interface Catalog {
  /** Every model, sorted by provider and id. */
  models(): readonly CatalogModel[];
  /** A provider's models; empty for a provider the catalogue has none of. */
  ofProvider(provider: string): readonly CatalogModel[];
}

/**
 * The catalogue that ships with the program. `readText` hands in catalog.json and is called once, on first use,
 * so that starting the server does not pay for it.
 */
export function createCatalog(readText: () => string): Catalog {
  let models: readonly CatalogModel[] | undefined;
  let byProvider: Map<string, CatalogModel[]> | undefined;
  const all = (): readonly CatalogModel[] => {
    models ??= parseCatalog(readText());
    return models;
  };
  return {
    models: all,
    ofProvider(provider) {
      byProvider ??= Map.groupBy(all(), (model) => model.provider);
      return byProvider.get(provider) ?? [];
    },
  };
}
