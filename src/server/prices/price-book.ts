import { findModel, isSameModel, routeOf } from '../../providers/catalog/find-model.ts';
import type { CatalogModel } from '../../providers/catalog/model.ts';
import { findProvider } from '../../providers/providers.ts';
import type { BillingLine, TokenBuckets } from '../../providers/usage/usage-reading.ts';
import type { ModelCatalogue } from '../models/catalogue.ts';
import { cataloguePrices } from './catalogue-prices.ts';
import { costOf } from './cost.ts';
import { overridePrices, type PriceOverride } from './override-prices.ts';
import type { UnitPrices } from './unit-prices.ts';

interface PriceQuestion {
  readonly provider: string;
  /** As the provider was asked for it. */
  readonly model: string;
  /** The prices the workspace has entered: the same list each time, its index is kept for it. */
  readonly overrides: readonly PriceOverride[];
  readonly nowMs: number;
}

/** What a call cost and at which prices, as its event keeps it. */
interface PricedCall {
  /** One per line; null where a line's model has no price. */
  readonly unitPrices: readonly (UnitPrices | null)[];
  /** Integer nano-USD; null: unpriced. */
  readonly costNanoUsd: number | null;
}

/** Prices of models, looked up in memory. */
export interface PriceBook {
  /**
   * What the workspace has entered for exactly this model, else what the catalogue says of it for a call with this much
   * input; null: no price is known, and none is guessed.
   */
  unitPricesOf(question: PriceQuestion & { readonly inputTokens: number }): UnitPrices | null;
  /** Prices the lines of a call, each at the model that did it. */
  priceLines(question: PriceQuestion & { readonly lines: readonly BillingLine[] }): PricedCall;
}

/** Servers that people run themselves ask nothing for tokens. */
const SELF_HOSTED: UnitPrices = {
  inputUncached: 0,
  cacheRead: 0,
  cacheWrite5m: 0,
  cacheWrite1h: 0,
  audioInput: 0,
  audioCacheRead: 0,
  imageInput: 0,
  output: 0,
  reasoning: 0,
  audioOutput: 0,
  imageOutput: 0,
  perRequest: 0,
  source: 'catalogue',
};

export function createPriceBook(catalogue: Pick<ModelCatalogue, 'modelsOfProvider'>): PriceBook {
  const catalogued = (provider: string, model: string) => findPriced(catalogue.modelsOfProvider(provider), model);

  function ofNames(names: readonly string[], call: PriceQuestion & { readonly inputTokens: number }) {
    const { provider, overrides } = call;
    const listed = firstOf(names, (name) => {
      const found = catalogued(provider, name);
      return found === null ? null : cataloguePrices(found, call);
    });
    const override = firstOf(names, (name) => findOverride(overrides, provider, name));
    if (override !== null) return overridePrices(override, listed);
    return listed ?? (findProvider(provider)?.region === 'local' ? SELF_HOSTED : null);
  }

  /** The names a line may be priced by, its own first. */
  function namesOf(line: BillingLine, { provider, model, lines }: PriceQuestion & { lines: readonly BillingLine[] }) {
    if (line.model === null || line.model === model) return [model];
    if (isSameModel(line.model, model)) return [line.model, model];
    // A reply that names what nobody knows, or a model behind the name of a deployment: what was asked for did it. But
    // where both are known the provider has put another model in its place, and of several lines one is another's work.
    const isOther = catalogued(provider, line.model) !== null && catalogued(provider, model) !== null;
    return isOther || lines.length > 1 ? [line.model] : [line.model, model];
  }

  return {
    unitPricesOf: (call) => ofNames([call.model], call),
    priceLines(call) {
      const priced = call.lines.map((line) => {
        const question = { ...call, inputTokens: inputTokensOf(line.tokens) };
        return { tokens: line.tokens, unitPrices: ofNames(namesOf(line, call), question) };
      });
      return { unitPrices: priced.map(({ unitPrices }) => unitPrices), costNanoUsd: costOf(priced) };
    },
  };
}

/** A model sold in another way (`:nitro`) has another price, so it must be listed itself. */
function findPriced(models: readonly CatalogModel[], name: string): CatalogModel | null {
  const found = findModel(models, name);
  return found !== null && routeOf(found.id) === routeOf(name) ? found : null;
}

function firstOf<Found>(names: readonly string[], find: (name: string) => Found | null): Found | null {
  for (const name of names) {
    const found = find(name);
    if (found !== null) return found;
  }
  return null;
}

const indexes = new WeakMap<readonly PriceOverride[], ReadonlyMap<string, PriceOverride>>();

function findOverride(overrides: readonly PriceOverride[], provider: string, model: string): PriceOverride | null {
  if (overrides.length === 0) return null;
  const index = indexes.get(overrides) ?? new Map(overrides.map((each) => [`${each.provider} ${each.model}`, each]));
  indexes.set(overrides, index);
  return index.get(`${provider} ${model}`) ?? null;
}

/** All input of a line: what a provider's tiers go by. */
function inputTokensOf(tokens: TokenBuckets): number {
  const { inputUncached, cacheRead, cacheWrite5m, cacheWrite1h, audioInput, audioCacheRead, imageInput } = tokens;
  return inputUncached + cacheRead + cacheWrite5m + cacheWrite1h + audioInput + audioCacheRead + imageInput;
}
