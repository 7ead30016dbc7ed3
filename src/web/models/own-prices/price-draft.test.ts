import { expect, it } from 'vitest';
import { bodyOf, draftOf, exampleOf, probablyMeant } from './price-draft.ts';

const names = { provider: 'openai', model: 'gpt-own' };
const empty = draftOf(names, null, null);

it('nothing is sent before there is a price for the input', () => {
  expect(bodyOf(empty)).toBeNull();
  expect(bodyOf({ ...empty, input: 2.5, model: ' ' })).toBeNull();
  expect(bodyOf({ ...empty, input: 0, output: 1 })).toEqual({
    ...names,
    inputUsdPerMillion: 0,
    outputUsdPerMillion: 1,
    cacheReadUsdPerMillion: null,
    cacheWriteUsdPerMillion: null,
    usdPerRequest: null,
    applyToPast: true,
  });
});

it('the worked example counts input, output and the price of a request', () => {
  expect(exampleOf({ ...empty, input: 2.5, output: 10, perRequest: 0.01 })).toEqual({
    inputTokens: 10_000,
    outputTokens: 1000,
    usd: expect.closeTo(0.045, 12),
  });
});

it.each([
  [0.0000025, 2.5],
  [0.00015, 150],
  [0, null],
  [0.01, null],
  [2.5, null],
  ['', null],
] as const)('%s per million was probably meant as %s', (price, meant) => {
  expect(probablyMeant(price)).toBe(meant);
});
