/**
 * Tokens of one billing line in buckets that exclude each other: their sum is everything that was counted. A bucket the
 * provider does not tell is 0, and its tokens stand in the bucket that includes them.
 */
export interface TokenBuckets {
  /** Text input that was neither read from nor written to a cache. */
  readonly inputUncached: number;
  readonly cacheRead: number;
  /** Written to a cache that lives five minutes, or whose lifetime the provider does not tell. */
  readonly cacheWrite5m: number;
  readonly cacheWrite1h: number;
  readonly audioInput: number;
  readonly audioCacheRead: number;
  readonly imageInput: number;
  /** Text output without the reasoning. */
  readonly output: number;
  readonly reasoning: number;
  readonly audioOutput: number;
  readonly imageOutput: number;
}

/** What one model of a call is billed for. Nearly every call has one line. */
export interface BillingLine {
  /** The model that did this part, or null where the reply names none. */
  readonly model: string | null;
  readonly tokens: TokenBuckets;
}

/** What was read from a reply, at any moment of it. */
export interface UsageReading {
  /** Null: the reply has told no usage so far. Explicit zeros are usage. */
  readonly lines: readonly BillingLine[] | null;
  /** Numbers of the provider that contradicted each other and were bounded, e.g. more cached than input tokens. */
  readonly isClamped: boolean;
  readonly servedModel: string | null;
  /** The reply's own id (`chatcmpl-…`, `resp_…`, `msg_…`). */
  readonly responseId: string | null;
  /** An error inside a reply that began as a success. Bounded text. */
  readonly error: { readonly code: string | null; readonly message: string } | null;
  /** The event after which the dialect sends no more, or a complete JSON reply, was seen. */
  readonly isComplete: boolean;
  /** Characters of text, reasoning and tool arguments seen, by script, for an estimate when no usage comes. */
  readonly written: { readonly ascii: number; readonly wide: number };
}

export const noTokens: TokenBuckets = {
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
};
