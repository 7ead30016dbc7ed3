/**
 * Prices of one model at one moment, as an event keeps them for ever: integer nano-USD per million tokens (a price of
 * $2.50 per million is 2_500_000_000). Null: no price is known for this bucket, so tokens in it make a call unpriced.
 */
export interface UnitPrices {
  readonly inputUncached: number | null;
  readonly cacheRead: number | null;
  readonly cacheWrite5m: number | null;
  readonly cacheWrite1h: number | null;
  readonly audioInput: number | null;
  readonly audioCacheRead: number | null;
  readonly imageInput: number | null;
  readonly output: number | null;
  readonly reasoning: number | null;
  readonly audioOutput: number | null;
  readonly imageOutput: number | null;
  /** Nano-USD per request, beside the tokens. */
  readonly perRequest: number;
  /** Where they come from. */
  readonly source: 'catalogue' | 'override';
}
