import { z } from 'zod';

/** What a key does, whatever is asked with it. */
export const fakeBehaviours = [
  'valid',
  'invalid',
  'no_quota',
  'rate_limited',
  'forbidden',
  'overloaded',
  'slow',
  'html',
  'redirect',
  'huge',
  'garbage',
  'disconnect',
] as const;
export type FakeBehaviour = (typeof fakeBehaviours)[number];

const contentEncodings = ['identity', 'gzip', 'br', 'deflate'] as const;
export type FakeEncoding = (typeof contentEncodings)[number];

const tokens = z.int().min(0).max(100_000_000);
const milliseconds = z.int().min(0).max(600_000);

/** Every number counts in the contract's words: `inputTokens` is all input, `outputTokens` all billed output. */
const usageSettings = z.strictObject({
  inputTokens: tokens,
  cacheReadTokens: tokens,
  cacheWriteTokens: tokens,
  reasoningTokens: tokens,
  /** Null: as many as the content has, and the reasoning. */
  outputTokens: tokens.nullable(),
});

const fakeSettingsSchema = z.strictObject({
  /** Before the first byte of a reply. */
  latencyMs: milliseconds,
  /** Before each further frame of a stream. */
  frameDelayMs: milliseconds,
  /**
   * Cuts the bytes of every reply into pieces of this length, across characters and, where no frame is delayed, across
   * frames; 0: a frame at a time.
   */
  wireChunkBytes: z.int().min(0).max(1_000_000),
  /** How many deltas the answer has. */
  contentTokens: z.int().min(0).max(1_000_000),
  /** A delta of so many bytes before the others: one long line of a stream, or a large reply. */
  hugeLineBytes: z.int().min(0).max(67_108_864),
  /** How many tools are called, in parallel, when a request offers tools and holds no tool's result yet. */
  toolCalls: z.int().min(0).max(64),
  usage: usageSettings,
  /** Answers differ in their tokens: the number of the request, modulo one more than this, is added to both sides. */
  usageSpread: z.int().min(0).max(1_000_000),
  /** False: a provider that never tells the usage. */
  tellsUsage: z.boolean(),
  /** Of replies and streams, where the client accepts it; a stream is flushed at every frame. */
  encoding: z.enum(contentEncodings),
  /** How the end of a reply is told; streams are always chunked. */
  framing: z.enum(['length', 'chunked']),
  /** Ends chunked bodies with a trailer that holds their SHA-256. */
  trailers: z.boolean(),
  /** Comments or the dialect's own pings between the frames of a stream. */
  pings: z.boolean(),
  /** Cuts the connection after so many frames of a stream. */
  cutAfterFrames: z.int().min(0).nullable(),
  /** Ends a stream with the dialect's own error after so many frames. */
  errorAfterFrames: z.int().min(0).nullable(),
  /** How long a `slow` key waits. */
  slowMs: milliseconds,
  /** How much a `huge` key sends. */
  hugeBytes: z.int().min(1).max(10_000_000_000),
  /** Where a `redirect` key points. */
  redirectTo: z.string().max(2_000),
  /** What a `rate_limited` key says in `retry-after`. */
  retryAfterSeconds: z.int().min(0).max(86_400),
  /** How many requests the ledger lists at least; those of a tenth more may be there. */
  entriesMax: z.int().min(1).max(10_000_000),
  /** Longer request bodies are not kept, only their hash. */
  keptBodyBytesMax: z.int().min(0).max(268_435_456),
});
export type FakeSettings = z.infer<typeof fakeSettingsSchema>;

export const fakeSettingsChangeSchema = fakeSettingsSchema.extend({ usage: usageSettings.partial() }).partial();
export type FakeSettingsChange = z.input<typeof fakeSettingsChangeSchema>;

export const defaultFakeSettings: FakeSettings = {
  latencyMs: 0,
  frameDelayMs: 0,
  wireChunkBytes: 0,
  contentTokens: 8,
  hugeLineBytes: 0,
  toolCalls: 0,
  usage: { inputTokens: 12, cacheReadTokens: 0, cacheWriteTokens: 0, reasoningTokens: 0, outputTokens: null },
  usageSpread: 0,
  tellsUsage: true,
  encoding: 'identity',
  framing: 'length',
  trailers: false,
  pings: false,
  cutAfterFrames: null,
  errorAfterFrames: null,
  slowMs: 60_000,
  hugeBytes: 67_108_864,
  redirectTo: 'http://169.254.169.254/latest/meta-data/',
  retryAfterSeconds: 2,
  entriesMax: 10_000,
  keptBodyBytesMax: 1_048_576,
};

/** The settings with a change laid over them. Throws ZodError on an unknown name or a value out of bounds. */
export function changeSettings(settings: FakeSettings, change: FakeSettingsChange): FakeSettings {
  const parsed = withoutUndefined(fakeSettingsChangeSchema.parse(change));
  const usage = { ...settings.usage, ...withoutUndefined(parsed.usage ?? {}) };
  return fakeSettingsSchema.parse({ ...settings, ...parsed, usage });
}

function withoutUndefined<T extends object>(value: T): T {
  const copy = { ...value };
  for (const name of Object.keys(copy)) if (Reflect.get(copy, name) === undefined) Reflect.deleteProperty(copy, name);
  return copy;
}

/** The tokens of one answer, in the contract's words. */
export interface FakeUsage {
  readonly inputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
  readonly outputTokens: number;
  readonly reasoningTokens: number;
}

/** The usage that the answer to request `number` has with these settings. */
export function plannedUsage({ usage, contentTokens, usageSpread }: FakeSettings, number: number): FakeUsage {
  const more = number % (usageSpread + 1);
  return {
    ...usage,
    inputTokens: usage.inputTokens + more,
    outputTokens: (usage.outputTokens ?? contentTokens + usage.reasoningTokens) + more,
  };
}
