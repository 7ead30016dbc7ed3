import { cacheWriteFactors } from '../../providers/catalog/cache-lifetimes.ts';
import type { CatalogModel, ModelPrices, PriceWindow, TimedPrices } from '../../providers/catalog/model.ts';
import type { UnitPrices } from './unit-prices.ts';

const MS_PER_MINUTE = 60_000;
const MINUTES_PER_DAY = 24 * 60;
const DAYS_PER_WEEK = 7;
/** 1 January 1970 was a Thursday; weekday 0 is Sunday. */
const EPOCH_WEEKDAY = 4;

/** Made once for every list of a model: its own, those of a tier, those of a time. */
const known = new WeakMap<ModelPrices, UnitPrices | null>();

/**
 * The catalogue's prices of a model for a call with this much input at this moment, or null when its list has no price
 * for input. Buckets without a price of their own:
 * - a cache read, or write, costs what input costs, but writes of Anthropic's models what its rule says;
 * - an image that is read costs what text costs, and reasoning what output costs;
 * - audio, and images that are written, have no price, except where a model has no other kind of input or output: then
 *   the list's price is theirs.
 */
export function cataloguePrices(
  model: CatalogModel,
  call: { readonly inputTokens: number; readonly nowMs: number },
): UnitPrices | null {
  const list = tierOf(timedOf(model, call.nowMs), call.inputTokens);
  const made = known.get(list);
  if (made !== undefined) return made;
  const prices = toUnitPrices(model, list);
  known.set(list, prices);
  return prices;
}

function timedOf(model: CatalogModel, nowMs: number): CatalogModel | TimedPrices {
  if (model.timedPrices.length === 0) return model;
  return model.timedPrices.findLast((timed) => isInForce(timed, nowMs)) ?? model;
}

function isInForce({ fromDay, windows }: TimedPrices, nowMs: number): boolean {
  if (fromDay !== null && nowMs < Date.parse(`${fromDay}T00:00:00Z`)) return false;
  return windows === null || windows.some((window) => isInside(window, nowMs));
}

function isInside({ weekdays, startMinute, endMinute }: PriceWindow, nowMs: number): boolean {
  const minutes = Math.floor(nowMs / MS_PER_MINUTE);
  const minute = minutes % MINUTES_PER_DAY;
  const weekday = (Math.floor(minutes / MINUTES_PER_DAY) + EPOCH_WEEKDAY) % DAYS_PER_WEEK;
  return minute >= startMinute && minute < endMinute && weekdays.includes(weekday);
}

/** A tier prices the whole call, not what is above it. */
function tierOf(list: CatalogModel | TimedPrices, inputTokens: number): ModelPrices {
  return list.tiers.findLast((tier) => inputTokens > tier.inputTokensAbove) ?? list;
}

function toUnitPrices(model: CatalogModel, list: ModelPrices): UnitPrices | null {
  const input = nano(list.inputUsdPerMillion);
  if (input === null) return null;
  const { rarePrices: rare, inputModalities, outputModalities } = model;
  const output = nano(list.outputUsdPerMillion);
  const cacheRead = nano(list.cacheReadUsdPerMillion) ?? input;
  const factors = cacheWriteFactors(model.id);
  const cacheWrite5m = nano(list.cacheWriteUsdPerMillion) ?? Math.round(input * (factors?.fiveMinutes ?? 1));
  const isAudioAsText = rare.isAudioAsText === true || isOnly(inputModalities, 'audio');
  return {
    inputUncached: input,
    cacheRead,
    cacheWrite5m,
    cacheWrite1h: factors === null ? cacheWrite5m : Math.round(input * factors.oneHour),
    audioInput: nano(rare.audioInputUsdPerMillion) ?? (isAudioAsText ? input : null),
    audioCacheRead: nano(rare.audioCacheReadUsdPerMillion) ?? (isAudioAsText ? cacheRead : null),
    imageInput: nano(rare.imageInputUsdPerMillion) ?? input,
    output,
    reasoning: nano(rare.reasoningUsdPerMillion) ?? output,
    audioOutput: nano(rare.audioOutputUsdPerMillion) ?? (isOnly(outputModalities, 'audio') ? output : null),
    imageOutput: nano(rare.imageOutputUsdPerMillion) ?? (isOnly(outputModalities, 'image') ? output : null),
    perRequest: nano(rare.usdPerRequest) ?? 0,
    source: 'catalogue',
  };
}

function isOnly(modalities: readonly string[], modality: string): boolean {
  return modalities.every((each) => each === modality);
}

/** The catalogue has at most six decimals, so the product is off by less than the rounding takes away. */
function nano(usd: number | null | undefined): number | null {
  return usd === null || usd === undefined ? null : Math.round(usd * 1e9);
}
