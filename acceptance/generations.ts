/**
 * The two generations of each SDK that people use, by the names under which package.json installs them. The clients
 * are written once, with the SDK's own name, and run with either.
 */
export const generations = {
  earlier: {
    openai: 'openai-6',
    '@anthropic-ai/sdk': 'anthropic-0',
    '@google/genai': 'google-2',
    ai: 'ai-6',
    '@ai-sdk/openai': 'ai-6-openai',
    '@ai-sdk/anthropic': 'ai-6-anthropic',
    '@ai-sdk/google': 'ai-6-google',
    '@ai-sdk/openai-compatible': 'ai-6-openai-compatible',
  },
  current: {
    openai: 'openai-7',
    '@anthropic-ai/sdk': 'anthropic-1',
    '@google/genai': 'google-3',
    ai: 'ai-7',
    '@ai-sdk/openai': 'ai-7-openai',
    '@ai-sdk/anthropic': 'ai-7-anthropic',
    '@ai-sdk/google': 'ai-7-google',
    '@ai-sdk/openai-compatible': 'ai-7-openai-compatible',
  },
} as const;
