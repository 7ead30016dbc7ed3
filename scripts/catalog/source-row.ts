import type {
  CatalogModel,
  Modality,
  ModelKind,
  PriceTier,
  RarePrices,
  TimedPrices,
} from '../../src/providers/catalog/model.ts';

/** Prices that belong together: one source's figures for one model. A field is null where the source is silent. */
export interface RowPrices {
  readonly input: number | null;
  readonly output: number | null;
  readonly cacheRead: number | null;
  readonly cacheWrite: number | null;
  readonly tiers: readonly PriceTier[];
  readonly rare: RarePrices;
  readonly timed: readonly TimedPrices[];
  readonly currency: CatalogModel['listCurrency'];
}

/** What one source says about one model. What it does not say is undefined. */
export interface SourceRow {
  readonly provider: string;
  readonly id: string;
  readonly source: CatalogModel['source'];
  readonly name?: string | undefined;
  readonly kind?: ModelKind | undefined;
  readonly contextTokens?: number | undefined;
  readonly outputTokens?: number | undefined;
  readonly inputModalities?: readonly Modality[] | undefined;
  readonly outputModalities?: readonly Modality[] | undefined;
  readonly reasoning?: boolean | undefined;
  readonly tools?: boolean | undefined;
  readonly prices?: RowPrices | undefined;
  readonly releasedAt?: string | undefined;
  readonly deprecatedAt?: string | undefined;
  readonly deprecated?: boolean | undefined;
  readonly openWeights?: boolean | undefined;
}

/** Removes the noise of binary fractions: at most six digits behind the point, as the price lists have. */
export function roundUsd(usdPerMillion: number): number {
  return Math.round(usdPerMillion * 1e6) / 1e6;
}

/** A price that the source writes as 0, or as a negative sentinel, where it knows none. */
export function priceOrNull(usdPerMillion: number | undefined): number | null {
  return usdPerMillion === undefined || !(usdPerMillion > 0) ? null : roundUsd(usdPerMillion);
}

export function tokensOrUndefined(tokens: number | null | undefined): number | undefined {
  return typeof tokens === 'number' && tokens > 0 ? tokens : undefined;
}
