import type { UsageRules } from './provider.ts';

/** What a reply of each dialect calls its tokens, where the provider follows the dialect's author. */

export const openaiChatUsage: UsageRules = {
  paths: {
    input: 'usage.prompt_tokens',
    output: 'usage.completion_tokens',
    total: 'usage.total_tokens',
    cachedInput: ['usage.prompt_tokens_details.cached_tokens'],
    cacheWrite: [],
    reasoning: ['usage.completion_tokens_details.reasoning_tokens'],
  },
  inputIncludesCached: true,
  outputIncludesReasoning: true,
  streamNeedsIncludeUsage: true,
  streamLocation: 'extra-chunk',
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
