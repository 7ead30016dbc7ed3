import type { OperationRequest } from '../../../contract/operation.ts';
import type { Operations } from '../../../contract/operations.ts';
import type { Model } from '../model.ts';
import type { OwnPrice } from './price-queries.ts';

/** US dollars per million tokens as they stand in the fields; an empty field is ''. */
export interface PriceDraft {
  provider: string;
  model: string;
  input: number | '';
  output: number | '';
  cacheRead: number | '';
  cacheWrite: number | '';
  perRequest: number | '';
  applyToPast: boolean;
}

export type PriceField = 'input' | 'output' | 'cacheRead' | 'cacheWrite';
export type PriceBody = OperationRequest<Operations['PUT /api/prices']>['body'];

/** Starts from the workspace's own price, else from the catalogue's. */
export function draftOf(
  names: { provider: string; model: string },
  own: OwnPrice | null,
  known: Model | null,
): PriceDraft {
  const source = own ?? known;
  return {
    ...names,
    input: source?.inputUsdPerMillion ?? '',
    output: source?.outputUsdPerMillion ?? '',
    cacheRead: source?.cacheReadUsdPerMillion ?? '',
    cacheWrite: source?.cacheWriteUsdPerMillion ?? '',
    perRequest: own?.usdPerRequest ?? '',
    applyToPast: true,
  };
}

/** What is sent, or null while something needed is missing. Without a price for output, a model has none: embeddings. */
export function bodyOf(draft: PriceDraft): PriceBody | null {
  const { provider, model, input, output, cacheRead, cacheWrite, perRequest, applyToPast } = draft;
  if (provider === '' || model.trim() === '' || input === '') return null;
  return {
    provider,
    model: model.trim(),
    inputUsdPerMillion: input,
    outputUsdPerMillion: output === '' ? 0 : output,
    cacheReadUsdPerMillion: cacheRead === '' ? null : cacheRead,
    cacheWriteUsdPerMillion: cacheWrite === '' ? null : cacheWrite,
    usdPerRequest: perRequest === '' ? null : perRequest,
    applyToPast,
  };
}

const EXAMPLE = { inputTokens: 10_000, outputTokens: 1_000 };
const MILLION = 1_000_000;

/** What a call of ordinary size costs at these prices, so that a slip of the unit is seen before it is saved. */
export function exampleOf(draft: PriceDraft): { inputTokens: number; outputTokens: number; usd: number } {
  const { input, output, perRequest } = draft;
  const { inputTokens, outputTokens } = EXAMPLE;
  const usd = ((input || 0) * inputTokens + (output || 0) * outputTokens) / MILLION + (perRequest || 0);
  return { ...EXAMPLE, usd };
}

/** Prices per million begin around a cent; anything this small was meant per token or per thousand tokens. */
const SUSPICIOUS_BELOW_USD = 0.001;

/** The price that was probably meant, where the one entered looks like a price per token; else null. */
export function probablyMeant(price: number | ''): number | null {
  if (price === '' || price <= 0 || price >= SUSPICIOUS_BELOW_USD) return null;
  return Number((price * MILLION).toPrecision(6));
}
