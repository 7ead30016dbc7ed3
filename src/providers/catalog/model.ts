import type { Category } from '../../contract/vocabulary.ts';

export type { Category };

/** What a model is for, one answer each. */
export const MODEL_KINDS = ['chat', 'embedding', 'rerank', 'moderation', 'image', 'audio', 'video'] as const;

export type ModelKind = (typeof MODEL_KINDS)[number];

export const MODALITIES = ['text', 'image', 'audio', 'video', 'pdf'] as const;

export type Modality = (typeof MODALITIES)[number];

/**
 * Prices in US dollars per million tokens. `null` means unknown, and is never written as 0:
 * a 0 says that the provider gives it for nothing.
 */
export interface ModelPrices {
  readonly inputUsdPerMillion: number | null;
  readonly outputUsdPerMillion: number | null;
  /** `null` when cached input has no price of its own. */
  readonly cacheReadUsdPerMillion: number | null;
  /** `null` when writing the cache has no price of its own. */
  readonly cacheWriteUsdPerMillion: number | null;
}

/** Prices of the whole request (not of the excess) once its input is longer than `inputTokensAbove`. */
export interface PriceTier extends ModelPrices {
  readonly inputTokensAbove: number;
}

/** Prices that few models have, in US dollars per million tokens. Absent: no source gives one. */
export interface RarePrices {
  readonly audioInputUsdPerMillion?: number | undefined;
  readonly audioCacheReadUsdPerMillion?: number | undefined;
  readonly audioOutputUsdPerMillion?: number | undefined;
  readonly imageInputUsdPerMillion?: number | undefined;
  readonly imageOutputUsdPerMillion?: number | undefined;
  readonly reasoningUsdPerMillion?: number | undefined;
  /** US dollars for each request, beside the tokens. */
  readonly usdPerRequest?: number | undefined;
  /** The provider's list gives audio input no price of its own, because it costs what text costs. */
  readonly isAudioAsText?: true | undefined;
}

/** A part of the week, UTC: minutes of the day, the end not included. Weekday 0 is Sunday. */
export interface PriceWindow {
  readonly weekdays: readonly number[];
  readonly startMinute: number;
  readonly endMinute: number;
}

/** Prices that hold at some times in place of the model's own; of several that apply the last one counts. */
export interface TimedPrices extends ModelPrices {
  /** The first day, UTC, YYYY-MM-DD, or null: every day. */
  readonly fromDay: string | null;
  /** Null: at every hour. */
  readonly windows: readonly PriceWindow[] | null;
  readonly tiers: readonly PriceTier[];
}

export interface CatalogModel extends ModelPrices {
  /** Exactly what the provider wants in the `model` field. Unique within its provider. */
  readonly id: string;
  readonly provider: string;
  readonly name: string;
  readonly family: string | null;
  readonly kind: ModelKind;
  readonly categories: readonly Category[];
  readonly contextTokens: number | null;
  readonly outputTokens: number | null;
  readonly inputModalities: readonly Modality[];
  readonly outputModalities: readonly Modality[];
  readonly reasoning: boolean;
  /** Takes tool definitions; `null` when no source says so. */
  readonly tools: boolean | null;
  readonly tiers: readonly PriceTier[];
  readonly rarePrices: RarePrices;
  readonly timedPrices: readonly TimedPrices[];
  /** The currency of the provider's price list. Prices of a `CNY` list are converted and so approximate. */
  readonly listCurrency: 'USD' | 'CNY';
  /** YYYY-MM-DD, or `null`. */
  readonly releasedAt: string | null;
  /** The day the provider shuts the model down, YYYY-MM-DD, or `null` when no day is known. */
  readonly deprecatedAt: string | null;
  /** Superseded or announced for shutdown, with or without a known day. */
  readonly deprecated: boolean;
  readonly openWeights: boolean | null;
  /** Where the row comes from; `provider` is the provider's own model list, read with a person's credential. */
  readonly source: 'pi-ai' | 'genai-prices' | 'pi-catalog' | 'overlay' | 'provider';
}
