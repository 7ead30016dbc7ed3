import { expect, it } from 'vitest';
import { itemsOf, problemOf } from './alias-rows.ts';

const rows = [
  { id: 1, alias: ' fast ', model: 'gpt-4o-mini' },
  { id: 2, alias: '', model: '' },
  { id: 3, alias: 'fast', model: 'openai/gpt-4o' },
  { id: 4, alias: 'clever', model: '' },
  { id: 5, alias: '', model: 'gpt-4o' },
];

it('empty rows are not saved, and what surrounds a name is cut off', () => {
  expect(itemsOf(rows.slice(0, 2))).toEqual([{ alias: 'fast', model: 'gpt-4o-mini' }]);
});

it('a name that is there twice, and halves of a row, are named', () => {
  expect(rows.map((row) => problemOf(row, rows))).toEqual(['twice', null, 'twice', 'model', 'alias']);
});
