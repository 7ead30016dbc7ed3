import { expect, it } from 'vitest';
import { readLogSearch, writeLogSearch } from './log-search.ts';

it('an address survives being read and written', () => {
  const address = {
    range: '7d',
    provider: 'openai',
    tool: 'codex',
    outcome: 'failed',
    usage: 'estimated',
    price: 'unpriced',
    request: 'req-1',
    event: `use_${'0'.repeat(26)}`,
  };
  expect(writeLogSearch(readLogSearch(address))).toEqual(address);
});

it('what is not understood in an address is left out', () => {
  const raw = { outcome: 'splendid', usage: '1', price: 'free', request: '  ', event: 'use_1' };
  expect(writeLogSearch(readLogSearch(raw))).toEqual({});
});
