import { findProvider, type TieredPrices } from '@pydantic/genai-prices';
import { describe, expect, it } from 'vitest';
import { cacheWriteFactors } from './cache-lifetimes.ts';

type Amount = number | Pick<TieredPrices, 'base' | 'tiers'> | undefined;

const amounts = (value: Amount): number[] =>
  typeof value === 'object'
    ? [value.base, ...value.tiers.map(({ price }) => price)]
    : value === undefined
      ? []
      : [value];

describe('the price of an hour in the cache', () => {
  it('is what genai-prices lists, for every model and tier that it lists one for', () => {
    const listed = ['anthropic', 'aws', 'google', 'openrouter'].flatMap((provider) =>
      (findProvider({ providerId: provider })?.models ?? []).flatMap((model) => {
        const lists = Array.isArray(model.prices) ? model.prices.map(({ prices }) => prices) : [model.prices];
        return lists
          .filter((list) => list.cache_write_1h_mtok !== undefined)
          .map((list) => ({ id: model.id, input: amounts(list.input_mtok), hour: amounts(list.cache_write_1h_mtok) }));
      }),
    );
    expect(listed.length).toBeGreaterThan(20);
    for (const { id, input, hour } of listed) {
      expect({ id, hour }).toEqual({
        id,
        hour: input.map((usd) => usd * (cacheWriteFactors(id)?.oneHour ?? Number.NaN)),
      });
    }
  });

  it('is known of Claude wherever it is sold, and of no other family', () => {
    for (const id of ['claude-opus-4-5', 'us.anthropic.claude-sonnet-4-5-v1:0', 'anthropic/claude-haiku-4.5']) {
      expect(cacheWriteFactors(id)).toEqual({ fiveMinutes: 1.25, oneHour: 2 });
    }
    for (const id of ['gpt-5.6-sol', 'gemini-2.5-pro', '']) {
      expect(cacheWriteFactors(id)).toBeNull();
    }
  });
});
