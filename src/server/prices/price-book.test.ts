import { readFileSync } from 'node:fs';
import { calcPrice } from '@pydantic/genai-prices';
import { describe, expect, it } from 'vitest';
import { createCatalog, ROW_DEFAULTS } from '../../providers/catalog/catalog.ts';
import type { CatalogModel } from '../../providers/catalog/model.ts';
import { noTokens } from '../../providers/usage/usage-reading.ts';
import type { PriceOverride } from './override-prices.ts';
import { createPriceBook } from './price-book.ts';

const file = new URL('../../providers/catalog/catalog.json', import.meta.url);
const catalog = createCatalog(() => readFileSync(file, 'utf8'));
const book = createPriceBook({ modelsOfProvider: (provider) => catalog.ofProvider(provider) });
const monday = Date.UTC(2026, 10, 23);
const usd = (amount: number) => Math.round(amount * 1e9);

function pricesOf(provider: string, model: string, more: { inputTokens?: number; nowMs?: number } = {}) {
  return book.unitPricesOf({ provider, model, inputTokens: 1000, overrides: [], nowMs: monday, ...more });
}

function ownPrice(provider: string, model: string, prices: Partial<PriceOverride> = {}): PriceOverride {
  return {
    provider,
    model,
    input_price: usd(7),
    output_price: usd(9),
    cache_read_price: null,
    cache_write_price: null,
    request_price: null,
    ...prices,
  };
}

/** A book of models made up for one test. */
function bookOf(...models: (Partial<CatalogModel> & { id: string })[]) {
  const rows = models.map(
    (model) => ({ ...ROW_DEFAULTS, provider: 'openai', name: '', source: 'overlay', ...model }) as const,
  );
  return createPriceBook({ modelsOfProvider: () => rows });
}

describe('the price of a model', () => {
  it('is what the catalogue says, in nano-dollars for a million tokens', () => {
    expect(pricesOf('openai', 'gpt-4o')).toEqual({
      inputUncached: 2_500_000_000,
      cacheRead: 1_250_000_000,
      cacheWrite5m: 2_500_000_000,
      cacheWrite1h: 2_500_000_000,
      audioInput: null,
      audioCacheRead: null,
      imageInput: 2_500_000_000,
      output: 10_000_000_000,
      reasoning: 10_000_000_000,
      audioOutput: null,
      imageOutput: null,
      perRequest: 0,
      source: 'catalogue',
    });
  });

  it.each([
    ['openai', 'gpt-4.75-ultra'],
    ['openai', 'gpt'],
    ['openai', 'whisper-1'],
    ['openai', 'gpt-4o:nitro'],
    ['azure-openai', 'our-deployment'],
    ['custom', 'gpt-4o'],
    [`cp_${'0'.repeat(26)}`, 'gpt-4o'],
    ['nobody', 'gpt-4o'],
    ['google', 'gpt-4o'],
  ])('of %s/%s is unknown, and not that of a neighbour', (provider, model) => {
    expect(pricesOf(provider, model)).toBeNull();
  });

  it('of a route that is free is nothing only where it is listed', () => {
    const free = catalog.ofProvider('openrouter').find(({ id }) => id.endsWith(':free'));
    expect(pricesOf('openrouter', free?.id ?? '')).toMatchObject({ inputUncached: 0, output: 0 });
    expect(pricesOf('openrouter', 'openai/gpt-4o:free')).toBeNull();
    expect(pricesOf('openrouter', 'openai/gpt-4o')).toMatchObject({ inputUncached: usd(2.5) });
  });

  it('on a server of one’s own is nothing, a fact and not a gap', () => {
    for (const provider of ['ollama', 'lmstudio', 'vllm']) {
      expect(pricesOf(provider, 'anything:latest')).toMatchObject({ inputUncached: 0, output: 0, audioInput: 0 });
    }
  });

  it('goes up for the whole call when its input passes a tier', () => {
    const [below, above] = [272_000, 272_001].map((inputTokens) => pricesOf('openai', 'gpt-6-sol', { inputTokens }));
    expect(below).toMatchObject({
      inputUncached: usd(2),
      output: usd(10),
      cacheRead: usd(0.2),
      cacheWrite5m: usd(2.5),
    });
    expect(above).toMatchObject({ inputUncached: usd(4), output: usd(15), cacheRead: usd(0.4), cacheWrite5m: usd(5) });
  });

  it('of an hour in Claude’s cache is twice the input, in every tier', () => {
    expect(pricesOf('anthropic', 'claude-opus-4-5')).toMatchObject({ cacheWrite5m: usd(6.25), cacheWrite1h: usd(10) });
    const long = pricesOf('anthropic', 'claude-sonnet-4-5', { inputTokens: 200_001 });
    expect(long).toMatchObject({ inputUncached: usd(6), cacheWrite5m: usd(7.5), cacheWrite1h: usd(12) });
    const unlisted = bookOf({ id: 'claude-x', inputUsdPerMillion: 4, outputUsdPerMillion: 20 });
    const call = { provider: 'openai', model: 'claude-x', inputTokens: 1, overrides: [], nowMs: monday };
    expect(unlisted.unitPricesOf(call)).toMatchObject({
      cacheRead: usd(4),
      cacheWrite5m: usd(5),
      cacheWrite1h: usd(8),
    });
  });

  it('of audio is its own, also where it was cached, and never that of text', () => {
    expect(pricesOf('openai', 'gpt-realtime')).toMatchObject({
      audioInput: usd(32),
      audioCacheRead: usd(0.4),
      audioOutput: usd(64),
      imageInput: usd(5),
      output: usd(16),
    });
    expect(pricesOf('openai', 'gpt-audio')).toMatchObject({ audioInput: usd(32), audioCacheRead: null });
    expect(pricesOf('google', 'gemini-2.5-pro', { inputTokens: 200_001 })).toMatchObject({
      inputUncached: usd(2.5),
      audioInput: usd(2.5),
      audioCacheRead: usd(0.25),
      audioOutput: null,
    });
  });

  it('of the only kind of output is the price of output, and of images beside text their own', () => {
    expect(pricesOf('openai', 'gpt-image-1')).toMatchObject({
      imageOutput: usd(40),
      imageInput: usd(10),
      audioOutput: null,
    });
    expect(pricesOf('openai', 'gpt-4o-mini-tts')).toMatchObject({ audioOutput: usd(12), imageOutput: null });
    expect(pricesOf('google', 'gemini-3-pro-image')).toMatchObject({ output: usd(12), imageOutput: usd(120) });
  });

  it('has what every request costs, and what reasoning costs, where the list has it', () => {
    expect(pricesOf('perplexity', 'sonar-pro')).toMatchObject({ perRequest: 14_000_000, output: usd(15) });
    expect(pricesOf('perplexity', 'sonar-deep-research')).toMatchObject({ reasoning: usd(3), output: usd(8) });
  });

  it('follows the clock: announced changes from their day on, and off-peak hours', () => {
    const at = (nowMs: number) => pricesOf('google', 'gemini-3.6-flash', { nowMs })?.inputUncached;
    expect([at(Date.UTC(2027, 0, 1) - 1), at(Date.UTC(2027, 0, 1))]).toEqual([usd(0.75), usd(1.5)]);
    const deepseek = (hour: number, minute: number, day = 23) =>
      pricesOf('deepseek', 'deepseek-flash', { nowMs: Date.UTC(2026, 10, day, hour, minute) })?.inputUncached;
    expect([deepseek(0, 59), deepseek(1, 0), deepseek(3, 59), deepseek(4, 0)]).toEqual([0.15, 0.3, 0.3, 0.15].map(usd));
    expect([deepseek(5, 59), deepseek(6, 0), deepseek(9, 59), deepseek(10, 0)]).toEqual(
      [0.15, 0.3, 0.3, 0.15].map(usd),
    );
    // Sunday the 22nd.
    expect([deepseek(1, 0, 22), deepseek(6, 0, 22)]).toEqual([0.15, 0.15].map(usd));
  });

  it('gives the cost that genai-prices gives, where both have the same list', () => {
    const tokens = { ...noTokens, inputUncached: 700, cacheRead: 200, cacheWrite5m: 100, output: 90, reasoning: 10 };
    const usage = { input_tokens: 1000, cache_read_tokens: 200, cache_write_tokens: 100, output_tokens: 100 };
    const compared = ['claude-opus-5-5', 'claude-sonnet-4-6', 'claude-haiku-4-5'].map((model) => {
      const lines = [{ model: null, tokens }];
      const { costNanoUsd } = book.priceLines({ provider: 'anthropic', model, overrides: [], nowMs: monday, lines });
      const theirs = calcPrice(usage, model, { providerId: 'anthropic', timestamp: new Date(monday) });
      return [costNanoUsd, Math.round((theirs?.total_price ?? Number.NaN) * 1e9)];
    });
    for (const [ours, theirs] of compared) expect(ours).toBe(theirs);
    expect(compared.length).toBe(3);
  });
});

describe('a price that a workspace has entered', () => {
  const ask = (overrides: readonly PriceOverride[], provider: string, model: string) =>
    book.unitPricesOf({ provider, model, inputTokens: 1, overrides, nowMs: monday });

  it('goes before the catalogue, for exactly its provider and model', () => {
    const overrides = [ownPrice('openai', 'gpt-4o')];
    expect(ask(overrides, 'openai', 'gpt-4o')).toMatchObject({
      inputUncached: usd(7),
      cacheRead: usd(7),
      cacheWrite5m: usd(7),
      cacheWrite1h: usd(7),
      imageInput: usd(7),
      output: usd(9),
      reasoning: usd(9),
      source: 'override',
    });
    expect(ask(overrides, 'azure-openai', 'gpt-4o')).toMatchObject({ source: 'catalogue' });
    expect(ask(overrides, 'openai', 'gpt-4o-mini')).toMatchObject({ source: 'catalogue' });
    expect(ask(overrides, 'openai', 'gpt-4o-2024-05-13')).toMatchObject({ source: 'catalogue' });
  });

  it('prices what the catalogue does not know, and makes a server of one’s own cost something', () => {
    const provider = `cp_${'0'.repeat(26)}`;
    const overrides = [ownPrice(provider, 'ours'), ownPrice('ollama', 'big')];
    expect(ask(overrides, provider, 'ours')).toMatchObject({ output: usd(9), imageOutput: usd(9), audioInput: null });
    expect(ask(overrides, 'ollama', 'big')).toMatchObject({ output: usd(9) });
    expect(ask(overrides, 'ollama', 'small')).toMatchObject({ output: 0 });
  });

  it('leaves audio, images, reasoning and requests the prices of their own that the catalogue has', () => {
    expect(ask([ownPrice('openai', 'gpt-realtime')], 'openai', 'gpt-realtime')).toMatchObject({
      inputUncached: usd(7),
      audioInput: usd(32),
      audioOutput: usd(64),
      imageInput: usd(5),
    });
    expect(ask([ownPrice('google', 'gemini-2.5-pro')], 'google', 'gemini-2.5-pro')).toMatchObject({
      audioInput: usd(7),
    });
    const sonar = ask([ownPrice('perplexity', 'sonar-pro')], 'perplexity', 'sonar-pro');
    expect(sonar).toMatchObject({ perRequest: 14_000_000 });
    const without = [ownPrice('perplexity', 'sonar-pro', { request_price: 0 })];
    expect(ask(without, 'perplexity', 'sonar-pro')).toMatchObject({ perRequest: 0 });
  });

  it('of a cache write keeps Anthropic’s proportion of an hour to five minutes', () => {
    const discounted = ownPrice('anthropic', 'claude-opus-4-5', { input_price: usd(4), cache_write_price: usd(5) });
    expect(ask([discounted], 'anthropic', 'claude-opus-4-5')).toMatchObject({
      cacheWrite5m: usd(5),
      cacheWrite1h: usd(8),
    });
  });
});

describe('the lines of a call', () => {
  const tokens = { ...noTokens, inputUncached: 1_000_000 };
  const price = (call: { model: string; served: (string | null)[]; overrides?: PriceOverride[]; provider?: string }) =>
    book.priceLines({
      provider: call.provider ?? 'anthropic',
      model: call.model,
      lines: call.served.map((model) => ({ model, tokens })),
      overrides: call.overrides ?? [],
      nowMs: monday,
    });
  const inputs = (call: Parameters<typeof price>[0]) =>
    price(call).unitPrices.map((each) => each?.inputUncached ?? null);

  it('are priced by the model that did the work, where another took over', () => {
    const call = { model: 'claude-opus-4-5', served: ['claude-haiku-4-5'] };
    expect(inputs(call)).toEqual([usd(1)]);
    expect(inputs({ ...call, overrides: [ownPrice('anthropic', 'claude-opus-4-5')] })).toEqual([usd(1)]);
    expect(inputs({ model: 'claude-opus-4-5', served: ['claude-opus-4-5', 'claude-haiku-4-5'] })).toEqual([
      usd(5),
      usd(1),
    ]);
  });

  it('are priced by what was asked for, where the reply names nothing or nothing that is known', () => {
    const overrides = [ownPrice('azure-openai', 'our-deployment')];
    const azure = { provider: 'azure-openai', model: 'our-deployment', overrides };
    expect(inputs({ ...azure, served: ['gpt-4o-2024-11-20'] })).toEqual([usd(7)]);
    expect(inputs({ provider: 'openai', model: 'gpt-4o', served: [null] })).toEqual([usd(2.5)]);
    expect(inputs({ provider: 'openai', model: 'gpt-4o', served: ['some-internal-name'] })).toEqual([usd(2.5)]);
    expect(inputs({ provider: 'azure-openai', model: 'prod', served: ['gpt-4o-2024-11-20'] })).toEqual([usd(2.5)]);
  });

  it('take the entered price of the name that was asked for when the reply only adds its date', () => {
    const overrides = [ownPrice('openai', 'gpt-4o')];
    expect(inputs({ provider: 'openai', model: 'gpt-4o', served: ['gpt-4o-2024-08-06'], overrides })).toEqual([usd(7)]);
  });

  it('leave the call unpriced when one of several was done by a model nobody knows', () => {
    const call = { model: 'claude-opus-4-5', served: ['claude-opus-4-5', 'claude-secret-9'] };
    expect(inputs(call)).toEqual([usd(5), null]);
    expect(price(call).costNanoUsd).toBeNull();
  });

  it('have each the tier of their own input, all kinds of it together', () => {
    const many = { ...noTokens, inputUncached: 100_000, cacheRead: 172_001 };
    const lines = [{ model: null, tokens: many }];
    const priced = book.priceLines({ provider: 'openai', model: 'gpt-6-sol', lines, overrides: [], nowMs: monday });
    expect(priced.unitPrices[0]).toMatchObject({ inputUncached: usd(4) });
    expect(priced.costNanoUsd).toBe(usd(0.4) + Math.round(172_001 * 0.4 * 1000));
  });
});
