import { familyOf } from './family.ts';

/**
 * What writing a prompt cache costs, as a multiple of the input price, by how long the cache lives. Anthropic keeps one
 * rule for all its models, and whoever resells them keeps it too:
 * https://platform.claude.com/docs/en/build-with-claude/prompt-caching#pricing
 */
const CLAUDE = { fiveMinutes: 1.25, oneHour: 2 };

interface CacheWriteFactors {
  readonly fiveMinutes: number;
  readonly oneHour: number;
}

/** The factors of the model's maker, or null where none are published: then all writes of a model cost the same. */
export function cacheWriteFactors(modelId: string): CacheWriteFactors | null {
  return familyOf(modelId)?.startsWith('claude') ? CLAUDE : null;
}
