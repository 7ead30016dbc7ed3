import { ROW_DEFAULTS } from './catalog.ts';
import { type Categorisable, categorise } from './categories.ts';
import { familyOf, openWeightsOf } from './family.ts';
import { findModel } from './find-model.ts';
import type { CatalogModel } from './model.ts';

/** A model as a provider's own `/models` answer lists it: the id, and whatever else the answer carried. */
export interface ListedModel extends Omit<Categorisable, 'id'> {
  readonly id: string;
  readonly name?: string | undefined;
  readonly outputTokens?: number | null | undefined;
  readonly deprecatedAt?: string | null | undefined;
}

function decorate(known: CatalogModel, listed: ListedModel): CatalogModel {
  const deprecatedAt = listed.deprecatedAt ?? known.deprecatedAt;
  return {
    ...known,
    id: listed.id,
    contextTokens: listed.contextTokens ?? known.contextTokens,
    outputTokens: listed.outputTokens ?? known.outputTokens,
    deprecatedAt,
    deprecated: known.deprecated || deprecatedAt !== null,
  };
}

function unknownModel(provider: string, listed: ListedModel): CatalogModel {
  return {
    ...ROW_DEFAULTS,
    id: listed.id,
    provider,
    name: listed.name ?? listed.id,
    family: familyOf(listed.id),
    ...categorise(listed),
    contextTokens: listed.contextTokens ?? null,
    outputTokens: listed.outputTokens ?? null,
    inputModalities: listed.inputModalities ?? ROW_DEFAULTS.inputModalities,
    outputModalities: listed.outputModalities ?? ROW_DEFAULTS.outputModalities,
    deprecatedAt: listed.deprecatedAt ?? null,
    deprecated: typeof listed.deprecatedAt === 'string',
    openWeights: openWeightsOf(listed.id),
    source: 'provider',
  };
}

/**
 * The models a credential can really use: exactly those the provider listed, each decorated with what the catalogue
 * knows of it. One the catalogue has never heard of is kept, without a price.
 */
export function mergeListedModels(
  catalogued: readonly CatalogModel[],
  provider: string,
  listed: readonly ListedModel[],
): readonly CatalogModel[] {
  const byId = new Map<string, CatalogModel>();
  for (const model of listed) {
    const known = findModel(catalogued, model.id);
    byId.set(model.id, known ? decorate(known, model) : unknownModel(provider, model));
  }
  return [...byId.values()].toSorted((one, other) => (one.id < other.id ? -1 : 1));
}
