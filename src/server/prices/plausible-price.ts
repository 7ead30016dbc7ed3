import type { CatalogModel } from '../../providers/catalog/model.ts';
import { AppError } from '../http-errors.ts';

interface EnteredPrices {
  readonly inputUsdPerMillion: number;
  readonly outputUsdPerMillion: number;
}

/** No provider asks for so little: it is the price of one token, or of a thousand, in the place of a million's. */
const USD_PER_MILLION_MIN = 0.0001;
/** How far a price may be from the one in the catalogue. Discounts and mark-ups stay well within. */
const FACTOR_MAX = 100;

/**
 * Throws `invalid_input` with details for a price that can only be a mistake in the unit, since every budget would go by
 * it. Nothing (0) is always accepted: it cannot be a unit.
 */
export function refuseImplausible(entered: EnteredPrices, model: CatalogModel | null): void {
  const details = (['inputUsdPerMillion', 'outputUsdPerMillion'] as const).flatMap((path) => {
    const message = problemOf(entered[path], model?.[path] ?? null);
    return message === null ? [] : [{ path, message }];
  });
  if (details.length > 0) throw new AppError('invalid_input', { details });
}

function problemOf(usd: number, cataloguedUsd: number | null): string | null {
  if (usd === 0) return null;
  const expected = 'Enter US dollars for a million tokens.';
  if (cataloguedUsd !== null && cataloguedUsd > 0) {
    if (usd * FACTOR_MAX >= cataloguedUsd && usd <= cataloguedUsd * FACTOR_MAX) return null;
    return `is more than ${FACTOR_MAX} times off the $${cataloguedUsd} of the catalogue. ${expected}`;
  }
  return usd >= USD_PER_MILLION_MIN ? null : `is less than any provider asks for. ${expected}`;
}
