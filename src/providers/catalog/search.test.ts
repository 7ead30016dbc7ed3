import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { categories } from '../../contract/vocabulary.ts';
import { createCatalog, ROW_DEFAULTS } from './catalog.ts';
import type { CatalogModel } from './model.ts';
import { MODEL_SORTS, MODELS_PER_PAGE_MAX, type ModelSearch, searchModels } from './search.ts';

const models = createCatalog(() => readFileSync(join(import.meta.dirname, 'catalog.json'), 'utf8')).models();
const providerNames = new Map([
  ['zhipu', ['Zhipu AI (BigModel)', '智谱 AI（GLM）']],
  ['volcengine', ['Volcengine Ark (Doubao)', '火山方舟 / 豆包']],
  ['google', ['Google AI (Gemini)', '谷歌 Gemini']],
]);

function ids(search: ModelSearch): string[] {
  return searchModels(models, { providerNames, ...search }).items.map((model) => `${model.provider}/${model.id}`);
}

function model(id: string, facts: Partial<CatalogModel> = {}): CatalogModel {
  return { ...ROW_DEFAULTS, id, provider: 'acme', name: id, source: 'overlay', ...facts };
}

describe('searchModels', () => {
  it.each([
    ['gpt4o', 'openai/gpt-4o'],
    ['GPT 4o', 'openai/gpt-4o'],
    ['gpt-4o', 'openai/gpt-4o'],
    ['claude sonnet 4.5', 'anthropic/claude-sonnet-4-5'],
    ['sonnet 4.5', 'anthropic/claude-sonnet-4-5'],
    ['gemini 2.5 pro', 'google/gemini-2.5-pro'],
    ['text embedding 3 small', 'openai/text-embedding-3-small'],
    ['ernie 4.5 turbo 128k', 'baidu/ernie-4.5-turbo-128k'],
    ['ｇｐｔ－４ｏ', 'openai/gpt-4o'],
  ])('finds by %j first the model meant', (q, first) => {
    expect(ids({ q })[0]).toBe(first);
  });

  it('finds a dated id by the undated words, after the undated model', () => {
    const found = ids({ q: 'claude sonnet 4.5' });
    expect(found).toContain('anthropic/claude-sonnet-4-5-20250929');
    expect(found.indexOf('anthropic/claude-sonnet-4-5')).toBeLessThan(
      found.indexOf('anthropic/claude-sonnet-4-5-20250929'),
    );
  });

  it('puts an exact id first, even a deprecated one', () => {
    const list = [model('gpt-x-pro'), model('gpt-x', { deprecated: true }), model('my-gpt-x')];
    expect(searchModels(list, { q: 'gpt-x' }).items.map(({ id }) => id)).toEqual(['gpt-x', 'gpt-x-pro', 'my-gpt-x']);
  });

  it('puts the maker before those who resell the model', () => {
    expect(ids({ q: 'deepseek v4 pro' })[0]).toBe('deepseek/deepseek-v4-pro');
    expect(ids({ q: 'kimi k3' })[0]).toMatch(/^moonshot(-intl)?\/kimi-k3/);
  });

  it('puts a model in service before a dated and a deprecated one', () => {
    const list = [model('nova-a-20250101'), model('nova-b', { deprecated: true }), model('nova-c')];
    expect(searchModels(list, { q: 'nova' }).items.map(({ id }) => id)).toEqual([
      'nova-c',
      'nova-a-20250101',
      'nova-b',
    ]);
  });

  it('finds all of a provider by its Chinese name, alone or joined with a model word', () => {
    expect(ids({ q: '智谱', limit: 500 }).every((id) => id.startsWith('zhipu/'))).toBe(true);
    expect(ids({ q: '豆包' })[0]).toMatch(/^volcengine\/doubao/);
    expect(ids({ q: '智谱glm-5.3' })[0]).toBe('zhipu/glm-5.3');
  });

  it('finds nothing for words no model has, and everything for no words', () => {
    expect(searchModels(models, { q: 'zzzz no such model' }).total).toBe(0);
    expect(searchModels(models, { q: '' }).total).toBe(models.length);
    expect(searchModels(models, {}).total).toBe(models.length);
  });

  it('shows models in service first when nothing is asked for', () => {
    const { items } = searchModels(models, { limit: 50 });
    expect(items.some((each) => each.deprecated)).toBe(false);
  });

  it('narrows to models that have every chosen category', () => {
    const { items } = searchModels(models, { categories: ['reasoning', 'multimodal'], limit: 500 });
    expect(items.length).toBeGreaterThan(100);
    for (const { categories } of items) expect(categories).toEqual(expect.arrayContaining(['reasoning', 'multimodal']));
  });

  it('leaves a model of unknown price out of a price limit', () => {
    const { items } = searchModels(models, { maxInputUsdPerMillion: 1, limit: 500 });
    expect(items.length).toBeGreaterThan(100);
    for (const each of items) expect(each.inputUsdPerMillion ?? 2).toBeLessThanOrEqual(1);
  });

  it('sorts unknown prices and contexts last, whichever the direction', () => {
    const list = [
      model('a'),
      model('b', { inputUsdPerMillion: 3, contextTokens: 10 }),
      model('c', { inputUsdPerMillion: 1, contextTokens: 20 }),
    ];
    expect(searchModels(list, { sort: 'input-price' }).items.map(({ id }) => id)).toEqual(['c', 'b', 'a']);
    expect(searchModels(list, { sort: 'context' }).items.map(({ id }) => id)).toEqual(['c', 'b', 'a']);
  });

  it('counts in the provider facet what each provider would give, and in the category facet what is found', () => {
    const all = searchModels(models, { q: 'gpt-4o' });
    const one = searchModels(models, { q: 'gpt-4o', provider: 'openai' });
    expect(one.facets.providers).toEqual(all.facets.providers);
    expect(one.total).toBe(all.facets.providers.openai);
    expect(one.facets.categories.chat).toBeLessThanOrEqual(one.total);
    expect(Object.keys(one.facets.categories)).toEqual([...categories]);
  });

  it('answers an unreadable cursor with an empty page', () => {
    for (const cursor of ['-1', '0', 'x', '1e3', '99999999999']) {
      expect(searchModels(models, { cursor })).toMatchObject({ items: [], nextCursor: null });
    }
  });

  it('orders equal hits the same way whatever the order of the list', () => {
    const reversed = models.toReversed();
    for (const sort of MODEL_SORTS) {
      const search = { q: 'mini', sort, limit: 500 };
      expect(searchModels(reversed, search).items).toEqual(searchModels(models, search).items);
    }
  });
});

const anySearch = fc.record(
  {
    q: fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 300 }),
      fc.constantFrom('gpt', 'qwen3', '智谱', '4.5', '[', '\\', '*'),
    ),
    provider: fc.oneof(fc.constantFrom('openai', 'zhipu', '__proto__', 'constructor'), fc.string()),
    categories: fc.subarray([...categories], { maxLength: 3 }),
    contextTokensMin: fc.double(),
    maxInputUsdPerMillion: fc.double(),
    sort: fc.constantFrom(...MODEL_SORTS),
    limit: fc.oneof(fc.integer(), fc.double()),
    cursor: fc.string(),
  },
  { requiredKeys: [] },
);

describe('searchModels, for anything typed', () => {
  it('never throws, and never gives more than a page', () => {
    fc.assert(
      fc.property(anySearch, (search) => {
        const { items, total } = searchModels(models, { providerNames, ...search });
        expect(items.length).toBeLessThanOrEqual(Math.min(total, MODELS_PER_PAGE_MAX));
      }),
      { numRuns: 200 },
    );
  });

  it('visits each found model exactly once from page to page', () => {
    const paged = fc.record({
      q: fc.constantFrom('', 'gpt', 'qwen', 'mini', 'deepseek v4', 'nothing at all'),
      sort: fc.constantFrom(...MODEL_SORTS),
      limit: fc.integer({ min: 7, max: 500 }),
    });
    fc.assert(
      fc.property(paged, (search) => {
        const seen = new Set<CatalogModel>();
        let visited = 0;
        let cursor: string | null = null;
        let total = 0;
        do {
          const page = searchModels(models, { ...search, cursor: cursor ?? undefined });
          for (const item of page.items) seen.add(item);
          visited += page.items.length;
          ({ nextCursor: cursor, total } = page);
        } while (cursor !== null);
        expect(visited).toBe(total);
        expect(seen.size).toBe(total);
      }),
      { numRuns: 30 },
    );
  });
});
