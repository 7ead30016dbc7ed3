import {
  findProvider,
  type MatchLogic,
  type ModelInfo,
  type ModelPrice,
  type TieredPrices,
} from '@pydantic/genai-prices';
import type { Modality, RarePrices, TimedPrices } from '../../src/providers/catalog/model.ts';
import { priceOrNull, type RowPrices, roundUsd, type SourceRow, tokensOrUndefined } from './source-row.ts';

function matches(logic: MatchLogic, text: string): boolean {
  if ('or' in logic) return logic.or.some((part) => matches(part, text));
  if ('and' in logic) return logic.and.every((part) => matches(part, text));
  if ('equals' in logic) return logic.equals === text;
  if ('starts_with' in logic) return text.startsWith(logic.starts_with);
  if ('ends_with' in logic) return text.endsWith(logic.ends_with);
  if ('contains' in logic) return text.includes(logic.contains);
  return new RegExp(logic.regex).test(text);
}

/** The price that holds on a day: the last one begun by then. Prices bound to an hour of the day are left out. */
function priceOn(model: ModelInfo, day: string): ModelPrice {
  if (!Array.isArray(model.prices)) return model.prices;
  let current: ModelPrice = {};
  for (const { constraint, prices } of model.prices) {
    const begun = constraint === undefined || (constraint.type === 'start_date' && constraint.start_date <= day);
    if (begun) current = prices;
  }
  return current;
}

// The package's data are plain objects, not instances of the class its types name.
type Amount = number | Pick<TieredPrices, 'base' | 'tiers'> | undefined;

function baseOf(value: Amount): number | undefined {
  return typeof value === 'object' ? value.base : value;
}

function atTier(value: Amount, start: number): number | undefined {
  if (typeof value !== 'object') return value;
  return value.tiers.findLast((tier) => tier.start <= start)?.price ?? value.base;
}

const RARE_FIELDS = {
  audioInputUsdPerMillion: 'input_audio_mtok',
  audioCacheReadUsdPerMillion: 'cache_audio_read_mtok',
  audioOutputUsdPerMillion: 'output_audio_mtok',
  imageInputUsdPerMillion: 'input_image_mtok',
  imageOutputUsdPerMillion: 'output_image_mtok',
  reasoningUsdPerMillion: 'output_reasoning_mtok',
} as const satisfies { [Field in keyof RarePrices]: string };

/**
 * Prices for an hour in the cache are left out: they follow from the input price (see cache-lifetimes.ts). So are those
 * of things that no reply counts in tokens (searches, pages, hours, characters).
 */
function rareOf(price: ModelPrice): RarePrices {
  const found = Object.entries(RARE_FIELDS).flatMap(([field, source]) => {
    const usd = priceOrNull(baseOf(price[source]));
    return usd === null ? [] : [[field, usd] as const];
  });
  const perThousand = baseOf(price.requests_kcount);
  return {
    ...Object.fromEntries(found),
    ...(perThousand === undefined ? {} : { usdPerRequest: roundUsd(perThousand / 1000) }),
  };
}

/** Changes that are announced for after the day. */
function changesAfter(model: ModelInfo, day: string): TimedPrices[] {
  if (!Array.isArray(model.prices)) return [];
  return model.prices.flatMap(({ constraint, prices }) => {
    const list = constraint?.type === 'start_date' && constraint.start_date > day ? pricesOf(prices) : undefined;
    if (constraint?.type !== 'start_date' || list === undefined) return [];
    return [
      {
        fromDay: constraint.start_date,
        windows: null,
        inputUsdPerMillion: list.input,
        outputUsdPerMillion: list.output,
        cacheReadUsdPerMillion: list.cacheRead,
        cacheWriteUsdPerMillion: list.cacheWrite,
        tiers: list.tiers,
      },
    ];
  });
}

function pricesOf(price: ModelPrice): RowPrices | undefined {
  const input = priceOrNull(baseOf(price.input_mtok));
  if (input === null) return undefined;
  const fields = [price.input_mtok, price.output_mtok, price.cache_read_mtok, price.cache_write_mtok];
  const starts = new Set(
    fields.flatMap((field) => (typeof field === 'object' ? field.tiers.map((tier) => tier.start) : [])),
  );
  return {
    input,
    output: priceOrNull(baseOf(price.output_mtok)),
    cacheRead: priceOrNull(baseOf(price.cache_read_mtok)),
    cacheWrite: priceOrNull(baseOf(price.cache_write_mtok)),
    tiers: [...starts]
      .toSorted((one, other) => one - other)
      .map((start) => ({
        inputTokensAbove: start,
        inputUsdPerMillion: priceOrNull(atTier(price.input_mtok, start)),
        outputUsdPerMillion: priceOrNull(atTier(price.output_mtok, start)),
        cacheReadUsdPerMillion: priceOrNull(atTier(price.cache_read_mtok, start)),
        cacheWriteUsdPerMillion: priceOrNull(atTier(price.cache_write_mtok, start)),
      })),
    rare: rareOf(price),
    timed: [],
    currency: 'USD',
  };
}

function pricesFrom(model: ModelInfo, day: string): RowPrices | undefined {
  const current = pricesOf(priceOn(model, day));
  return current && { ...current, timed: changesAfter(model, day) };
}

/** What a model reads and writes, as far as its price list gives it away. */
function modalitiesOf(id: string, price: ModelPrice): { input?: Modality[]; output?: Modality[] } {
  const input: Modality[] = ['text'];
  const output: Modality[] = ['text'];
  if (price.input_image_mtok !== undefined) input.push('image');
  if (price.input_audio_mtok !== undefined) input.push('audio');
  if (price.input_video_mtok !== undefined) input.push('video');
  if (price.output_image_mtok !== undefined) output.push('image');
  if (price.output_audio_mtok !== undefined) output.push('audio');
  if (price.audio_hours !== undefined || /transcri/.test(id)) return { input: ['audio'], output: ['text'] };
  if (/(^|-)tts(-|$)/.test(id)) return { input: ['text'], output: ['audio'] };
  return { ...(input.length > 1 && { input }), ...(output.length > 1 && { output }) };
}

/** The package writes a dated alias beside the plain id: `gpt-5.5-2026-04-23` tells when `gpt-5.5` came out. */
function releaseOf(model: ModelInfo): string | undefined {
  const aliases = 'or' in model.match ? model.match.or : [model.match];
  const days = aliases.flatMap((alias) => {
    if (!('equals' in alias) || !alias.equals.startsWith(`${model.id}-`)) return [];
    const rest = alias.equals.slice(model.id.length + 1);
    return /^20\d{2}-\d{2}-\d{2}$/.test(rest) ? [rest] : [];
  });
  return days.toSorted()[0];
}

/**
 * Reads a provider of the genai-prices package. Entries that stand for a pattern (`ft:gpt-4o`) are not models and are
 * left out: they do not match their own id. `day` (YYYY-MM-DD) decides between dated prices.
 */
export function readGenaiPrices(sourceProvider: string, provider: string, day: string): SourceRow[] {
  const found = findProvider({ providerId: sourceProvider });
  if (found?.id !== sourceProvider) throw new Error(`genai-prices has no provider '${sourceProvider}'.`);
  return found.models
    .filter((model) => matches(model.match, model.id))
    .map((model): SourceRow => {
      const price = priceOn(model, day);
      const modalities = modalitiesOf(model.id, price);
      return {
        provider,
        id: model.id,
        source: 'genai-prices',
        name: model.name,
        contextTokens: tokensOrUndefined(model.context_window),
        inputModalities: modalities.input,
        outputModalities: modalities.output,
        prices: pricesFrom(model, day),
        releasedAt: releaseOf(model),
        deprecated: model.deprecated,
      };
    });
}
