import { expect, it } from 'vitest';
import { usageGroups } from '../../contract/vocabulary.ts';
import { chosenOf, narrowTo, readUsageSearch, writeUsageSearch } from './usage-search.ts';

const id = (prefix: string) => `${prefix}${'0'.repeat(26)}`;

it('an address survives being read and written', () => {
  const address = {
    from: '2026-11-01',
    to: '2026-11-20',
    provider: 'openai',
    model: 'gpt-4o',
    key: id('key_'),
    virtualKey: id('vk_'),
    member: id('usr_'),
    tool: 'codex',
    by: 'tool',
    chart: 'latency',
    sort: 'errors',
  };
  expect(writeUsageSearch(readUsageSearch(address))).toEqual(address);
});

it('what is not understood in an address is left out', () => {
  const raw = { range: 'century', from: '2026-11-20', to: '2026-11-01', key: 'key_1', by: 'moon', chart: '<b>' };
  expect(writeUsageSearch(readUsageSearch(raw))).toEqual({});
});

it('a click on a group asks for exactly its calls', () => {
  const ids = { key: id('key_'), virtualKey: id('vk_'), member: id('usr_'), model: 'm', provider: 'p', tool: 't' };
  for (const by of usageGroups) {
    const narrowed = narrowTo(by, ids[by]);
    expect(narrowed === null ? null : chosenOf(narrowed, by)).toBe(ids[by]);
  }
});

it('calls without a group cannot be asked for, but a model may be called anything', () => {
  expect(narrowTo('model', null)).toBeNull();
  expect(narrowTo('model', 'other')).toEqual({ model: 'other' });
  expect(narrowTo('tool', null)).toBeNull();
  expect(narrowTo('key', 'gone')).toBeNull();
});
