import { cacheWriteFactors } from '../../providers/catalog/cache-lifetimes.ts';
import type { Row } from '../database/schema.ts';
import type { UnitPrices } from './unit-prices.ts';

/** A price that a workspace has entered, in integer nano-USD. */
export type PriceOverride = Pick<
  Row<'price_overrides'>,
  'provider' | 'model' | 'input_price' | 'output_price' | 'cache_read_price' | 'cache_write_price' | 'request_price'
>;

/**
 * What a workspace's own price says for every kind of token. `catalogued` is what the catalogue says of the same model:
 * reasoning, audio, images and requests keep a price that it has for them alone, since the override does not name them.
 * Audio without such a price stays without one.
 */
export function overridePrices(override: PriceOverride, catalogued: UnitPrices | null): UnitPrices {
  const { input_price: input, output_price: output, cache_write_price: cacheWrite } = override;
  const cacheRead = override.cache_read_price ?? input;
  const factors = cacheWriteFactors(override.model);
  const ofKind = kindPrices(catalogued);
  return {
    inputUncached: input,
    cacheRead,
    cacheWrite5m: cacheWrite ?? input,
    cacheWrite1h: factors === null || cacheWrite === null ? (cacheWrite ?? input) : perHour(cacheWrite, factors),
    audioInput: ofKind('audioInput', { like: 'inputUncached', price: input }),
    audioCacheRead: ofKind('audioCacheRead', { like: 'cacheRead', price: cacheRead }),
    imageInput: ofKind('imageInput', { like: 'inputUncached', price: input }) ?? input,
    output,
    reasoning: ofKind('reasoning', { like: 'output', price: output }) ?? output,
    audioOutput: ofKind('audioOutput', { like: 'output', price: output }),
    imageOutput: catalogued === null ? output : ofKind('imageOutput', { like: 'output', price: output }),
    perRequest: override.request_price ?? catalogued?.perRequest ?? 0,
    source: 'override',
  };
}

type Kind = Exclude<keyof UnitPrices, 'perRequest' | 'source'>;

/** The catalogue's price of a kind; where it is the price of the kind it is `like`, the override's price of that one. */
function kindPrices(catalogued: UnitPrices | null) {
  return (kind: Kind, other: { like: Kind; price: number }): number | null => {
    const own = catalogued?.[kind] ?? null;
    return own !== null && own === catalogued?.[other.like] ? other.price : own;
  };
}

/** An hour in the cache for the price of five minutes that was entered. */
function perHour(fiveMinutes: number, factors: { readonly fiveMinutes: number; readonly oneHour: number }): number {
  return Math.round((fiveMinutes * factors.oneHour) / factors.fiveMinutes);
}
