import { z } from 'zod';
import { pageFields, text } from './fields.ts';
import type { Operation, OperationName } from './operation.ts';
import { categories } from './vocabulary.ts';

export const Category = z.enum(categories);

const price = z.number().nullable();

export const Model = z
  .object({
    id: z.string(),
    provider: z.string(),
    name: z.string(),
    categories: z.array(Category),
    contextTokens: z.number().int().nullable(),
    outputTokens: z.number().int().nullable(),
    inputModalities: z.array(z.string()),
    outputModalities: z.array(z.string()),
    tools: z.boolean().nullable(),
    /** US dollars for a million tokens; null means unknown, never free. */
    inputUsdPerMillion: price,
    outputUsdPerMillion: price,
    cacheReadUsdPerMillion: price,
    cacheWriteUsdPerMillion: price,
    releasedAt: z.string().nullable(),
    /** The day the provider switches the model off. */
    deprecatedAt: z.string().nullable(),
    isDeprecated: z.boolean(),
    /** `catalogue` ships with the product; `provider` was read from the provider with a key of the workspace. */
    source: z.enum(['catalogue', 'provider']),
  })
  .meta({ id: 'Model' });

export const modelOperations = {
  'GET /api/models': {
    noun: 'models',
    summary: 'Search all models of all providers at once.',
    permission: 'workspace:read',
    status: 200,
    query: z.strictObject({
      q: text(200).optional(),
      provider: text(64).optional(),
      /** One category, or several separated by commas that must all apply. */
      category: text(120).optional(),
      contextTokensMin: z.coerce.number().int().min(0).max(1_000_000_000).optional(),
      inputUsdPerMillionMax: z.coerce.number().min(0).max(1_000_000).optional(),
      sort: z.enum(['relevance', 'name', 'context', 'input-price', 'output-price', 'newest']).default('relevance'),
      ...pageFields,
    }),
    output: z.object({
      items: z.array(Model),
      nextCursor: z.string().nullable(),
      total: z.number().int(),
      facets: z.object({
        categories: z.partialRecord(Category, z.number().int()),
        providers: z.record(z.string(), z.number().int()),
      }),
    }),
  },
} as const satisfies Record<OperationName, Operation>;
