import { expect, test } from 'vitest';
import { auditQuery, noAuditFilters, nounsOf, readAuditSearch, writeAuditSearch } from './audit-search.ts';

test('an address that somebody edited is read as far as it makes sense', () => {
  const search = readAuditSearch({ kind: 'nonsense', result: 'denied', from: 'yesterday', q: '  ', panel: 'x' });
  expect(search).toEqual({ ...noAuditFilters, result: 'denied', event: undefined, panel: undefined });
});

test('what is written into the address is read back the same', () => {
  const address = { q: 'prod', kind: 'key', result: 'ok', from: '2026-11-01', to: '2026-11-02', event: 'aud_1' };
  expect(writeAuditSearch(readAuditSearch(address))).toEqual(address);
});

test('the last day counts whole, and a kind asks for every action of it', () => {
  const query = auditQuery(readAuditSearch({ kind: 'virtual_key', from: '2026-11-01', to: '2026-11-01' }));
  expect(query.action).toBe('virtual_key.');
  expect(Date.parse(query.to ?? '') - Date.parse(query.from ?? '')).toBe(24 * 3_600_000);
});

test('a day that does not exist asks for nothing instead of breaking the page', () => {
  expect(auditQuery(readAuditSearch({ from: '2026-13-45' })).from).toBeUndefined();
});

test('accounts stand in the trail of the instance and keys in that of a workspace', () => {
  expect(nounsOf('workspace')).toContain('key');
  expect(nounsOf('workspace')).not.toContain('account');
  expect(nounsOf('instance')).toContain('account');
  expect(nounsOf('instance')).not.toContain('key');
});
