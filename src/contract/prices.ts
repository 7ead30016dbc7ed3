import { z } from 'zod';
import { line, Time } from './fields.ts';
import type { Operation, OperationName } from './operation.ts';

/** US dollars per million tokens. Providers ask for less than $10,000; more is a price per token by mistake. */
const UsdPerMillion = z.number().min(0).max(10_000);

const prices = {
  inputUsdPerMillion: UsdPerMillion,
  outputUsdPerMillion: UsdPerMillion,
  /** As the input unless given. */
  cacheReadUsdPerMillion: UsdPerMillion.nullable(),
  cacheWriteUsdPerMillion: UsdPerMillion.nullable(),
  /** US dollars for each request, beside the tokens. */
  usdPerRequest: z.number().min(0).max(1000).nullable(),
};

const PriceOverride = z
  .object({ provider: z.string(), model: z.string(), ...prices, updatedAt: Time, updatedBy: z.string().nullable() })
  .meta({ id: 'PriceOverride' });

const ModelAlias = z.strictObject({
  /** What clients may write in place of the model. */
  alias: line(120),
  /** A model, or `provider/model`. */
  model: line(200),
});

const distinctAliases = (items: readonly { alias: string }[]): boolean =>
  new Set(items.map(({ alias }) => alias)).size === items.length;

export const priceOperations = {
  'GET /api/prices': {
    noun: 'prices',
    summary: 'Prices that the workspace has entered itself; they go before the catalogue.',
    permission: 'usage:read',
    status: 200,
    output: z.object({ items: z.array(PriceOverride) }),
  },
  'PUT /api/prices': {
    noun: 'prices',
    summary: "Enter a model's price. With `applyToPast`, calls without a price get it too.",
    permission: 'price:edit',
    status: 200,
    body: z.strictObject({
      provider: line(64),
      model: line(200),
      inputUsdPerMillion: prices.inputUsdPerMillion,
      outputUsdPerMillion: prices.outputUsdPerMillion,
      cacheReadUsdPerMillion: prices.cacheReadUsdPerMillion.optional(),
      cacheWriteUsdPerMillion: prices.cacheWriteUsdPerMillion.optional(),
      usdPerRequest: prices.usdPerRequest.optional(),
      applyToPast: z.boolean().default(false),
    }),
    output: z.object({ price: PriceOverride, repricedEvents: z.number().int() }),
    errors: ['unknown_provider', 'too_many_objects'],
  },
  'DELETE /api/prices': {
    noun: 'prices',
    summary: "Forget the workspace's own price of a model. Past calls keep what they cost.",
    permission: 'price:edit',
    status: 204,
    query: z.strictObject({ provider: line(64), model: line(200) }),
  },
  'GET /api/model-aliases': {
    noun: 'model aliases',
    summary: 'Other names by which clients of the gateway may ask for a model.',
    permission: 'usage:read',
    status: 200,
    output: z.object({ items: z.array(ModelAlias) }),
  },
  'PUT /api/model-aliases': {
    noun: 'model aliases',
    summary: 'Replace the aliases of the workspace.',
    permission: 'model-alias:edit',
    status: 200,
    body: z.strictObject({ items: z.array(ModelAlias).max(200).refine(distinctAliases, 'an alias is there twice') }),
    output: z.object({ items: z.array(ModelAlias) }),
  },
} as const satisfies Record<OperationName, Operation>;
