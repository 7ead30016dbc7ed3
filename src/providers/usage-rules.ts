import type { UsageRules } from './provider.ts';

/** What a reply of each dialect calls its tokens, where the provider follows the dialect's author. */

export const openaiChatUsage: UsageRules = {
  paths: {
    input: 'usage.prompt_tokens',
    output: 'usage.completion_tokens',
    total: 'usage.total_tokens',
    // OpenAI's own first; then Moonshot and Hugging Face, Mistral, DeepSeek, whose replies also come through relays.
    cachedInput: [
      'usage.prompt_tokens_details.cached_tokens',
      'usage.cached_tokens',
      'usage.num_cached_tokens',
      'usage.prompt_cache_hit_tokens',
    ],
    cacheWrite: [
      'usage.prompt_tokens_details.cache_write_tokens',
      'usage.prompt_tokens_details.cache_creation_input_tokens',
    ],
    reasoning: ['usage.completion_tokens_details.reasoning_tokens', 'usage.reasoning_tokens'],
  },
  inputIncludesCached: true,
  outputIncludesReasoning: true,
  streamNeedsIncludeUsage: true,
  streamLocation: 'extra-chunk',
};

/** A host of which nothing is known: its numbers decide, since any provider may stand behind it. */
export const unknownHostUsage: Partial<UsageRules> = {
  outputIncludesReasoning: 'by-numbers',
  totalSurplus: 'output',
};

export const openaiResponsesUsage: UsageRules = {
  paths: {
    input: 'usage.input_tokens',
    output: 'usage.output_tokens',
    total: 'usage.total_tokens',
    cachedInput: ['usage.input_tokens_details.cached_tokens'],
    cacheWrite: ['usage.input_tokens_details.cache_write_tokens'],
    reasoning: ['usage.output_tokens_details.reasoning_tokens'],
  },
  inputIncludesCached: true,
  outputIncludesReasoning: true,
  streamNeedsIncludeUsage: false,
  streamLocation: 'final-event',
};

export const anthropicUsage: UsageRules = {
  paths: {
    input: 'usage.input_tokens',
    output: 'usage.output_tokens',
    total: null,
    cachedInput: ['usage.cache_read_input_tokens'],
    cacheWrite: ['usage.cache_creation_input_tokens'],
    reasoning: ['usage.output_tokens_details.thinking_tokens'],
  },
  inputIncludesCached: false,
  outputIncludesReasoning: true,
  streamNeedsIncludeUsage: false,
  streamLocation: 'start-and-delta',
};

export const geminiUsage: UsageRules = {
  paths: {
    input: 'usageMetadata.promptTokenCount',
    output: 'usageMetadata.candidatesTokenCount',
    total: 'usageMetadata.totalTokenCount',
    cachedInput: ['usageMetadata.cachedContentTokenCount'],
    cacheWrite: [],
    reasoning: ['usageMetadata.thoughtsTokenCount'],
  },
  inputIncludesCached: true,
  outputIncludesReasoning: false,
  streamNeedsIncludeUsage: false,
  streamLocation: 'every-chunk',
};

/** Cohere's own API, where prices are on billed units: `usage` of a chat, `meta` of embeddings and ranking. */
const cohereUsage = (root: 'usage' | 'meta', unit: 'billed_units' | 'tokens'): UsageRules => ({
  paths: {
    input: `${root}.${unit}.input_tokens`,
    output: `${root}.${unit}.output_tokens`,
    total: null,
    cachedInput: [`${root}.cached_tokens`],
    cacheWrite: [],
    reasoning: [],
  },
  inputIncludesCached: true,
  outputIncludesReasoning: true,
  streamNeedsIncludeUsage: false,
  streamLocation: 'final-event',
});

/** https://docs.ollama.com/api/usage */
const ollamaUsage: UsageRules = {
  paths: {
    input: 'prompt_eval_count',
    output: 'eval_count',
    total: null,
    cachedInput: [],
    cacheWrite: [],
    reasoning: [],
  },
  inputIncludesCached: true,
  outputIncludesReasoning: true,
  streamNeedsIncludeUsage: false,
  streamLocation: 'last-chunk',
};

/** https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_TokenUsage.html */
const bedrockUsage: UsageRules = {
  paths: {
    input: 'usage.inputTokens',
    output: 'usage.outputTokens',
    total: 'usage.totalTokens',
    cachedInput: ['usage.cacheReadInputTokens'],
    cacheWrite: ['usage.cacheWriteInputTokens'],
    reasoning: [],
  },
  inputIncludesCached: false,
  outputIncludesReasoning: true,
  streamNeedsIncludeUsage: false,
  streamLocation: 'final-event',
};

/**
 * Shapes that say by their names whose they are, tried in this order where a reply is not in the shape that was expected:
 * relays and own hosts answer in the shape of whoever stands behind them.
 */
export const knownUsageShapes: readonly UsageRules[] = [
  openaiChatUsage,
  openaiResponsesUsage,
  cohereUsage('usage', 'billed_units'),
  cohereUsage('usage', 'tokens'),
  cohereUsage('meta', 'billed_units'),
  cohereUsage('meta', 'tokens'),
  ollamaUsage,
  bedrockUsage,
];

/** Members by which a relay is known that counts reasoning neither in the output nor in the total: Vercel's AI Gateway. */
export const reasoningBesideTotalMarkers: readonly string[] = ['usage.market_cost'];
