import { expect, it } from 'vitest';
import { readModelsSearch, writeModelsSearch } from './models-search.ts';

it('an address survives being read and written', () => {
  const address = {
    q: 'gpt',
    provider: 'openai',
    category: 'chat,reasoning',
    sort: 'context',
    context: '200000',
    price: '0.5',
    compare: 'openai/gpt-4o,openrouter/meta/llama',
    model: 'openrouter/meta/llama',
    panel: 'prices',
  };
  expect(writeModelsSearch(readModelsSearch(address))).toEqual(address);
});

it('what is not understood in an address is left out', () => {
  const search = readModelsSearch({
    category: 'chat,<script>',
    sort: 'random',
    context: 'many',
    price: '-1',
    compare: 'a/1,b/2,c/3,d/4,e/5,a/1',
  });
  expect(writeModelsSearch(search)).toEqual({ category: 'chat', compare: 'a/1,b/2,c/3,d/4' });
});

it('the default order does not lengthen the address', () => {
  expect(writeModelsSearch({ sort: 'relevance' })).toEqual({});
});
