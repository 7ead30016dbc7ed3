import { expect, it } from 'vitest';
import type { CredentialId } from '../../credentials/credential.ts';
import type { VirtualKey } from '../virtual-key.ts';
import { bodyOf, draftOf, emptyDraft, hasLimits, problemsOf } from './draft.ts';
import { isNetwork } from './network.ts';

// The form of an id, for the compiler only.
const keyId = `key_${'0'.repeat(26)}` as CredentialId;
const now = Date.UTC(2026, 5, 1);

const stored = {
  id: `vk_${'0'.repeat(26)}` as VirtualKey['id'],
  name: 'CI',
  preview: 'sk-akm-abc...wxyz',
  state: 'active',
  keyIds: [keyId],
  pool: [{ keyId, priority: 2, weight: 5 }],
  models: ['gpt-*'],
  budgets: [],
  rpm: 60,
  tpm: null,
  maxConcurrent: null,
  runningCalls: 0,
  ipAllowList: ['10.0.0.0/8'],
  expiresAt: '2026-01-01T11:12:13.000Z',
  tags: [],
  note: '',
  blockUnpriced: true,
  onDisconnect: 'abort',
  owner: null,
  createdAt: '2025-01-01T00:00:00.000Z',
  updatedAt: '2025-01-01T00:00:00.000Z',
  lastUsedAt: null,
  revokedAt: null,
  previousSecretUntil: null,
} satisfies VirtualKey;

it('a new virtual key needs a name alone, and has no limit that nobody set', () => {
  const draft = emptyDraft(null);
  expect(problemsOf(draft, null, now)).toEqual({ name: true });
  expect(hasLimits(draft)).toBe(false);
  expect(bodyOf({ ...draft, name: ' CI ' }, null)).toEqual({
    name: 'CI',
    keyIds: 'all',
    budgets: [],
    models: null,
    rpm: null,
    tpm: null,
    maxConcurrent: null,
    ipAllowList: null,
    blockUnpriced: false,
    onDisconnect: 'drain',
    tags: [],
    note: '',
  });
});

it('saving what was read changes nothing: the moment of an expiry in the past is not sent again', () => {
  const draft = draftOf(stored);
  expect(problemsOf(draft, stored, now)).toEqual({});
  expect(bodyOf(draft, stored)).toMatchObject({
    keyIds: [keyId],
    pool: [{ keyId, priority: 2, weight: 5 }],
    models: ['gpt-*'],
    rpm: 60,
    ipAllowList: ['10.0.0.0/8'],
  });
  expect(bodyOf(draft, stored)).not.toHaveProperty('expiresAt');
  expect(bodyOf({ ...draft, expiryDay: '' }, stored).expiresAt).toBeNull();
});

it('a day in the past, no key and a wrong address are told', () => {
  const draft = { ...emptyDraft(keyId), keyIds: [], name: 'CI', expiryDay: '2026-05-01', ips: ['10.0.0.1', 'nowhere'] };
  expect(problemsOf(draft, null, now)).toEqual({ keys: true, expiry: true, ip: 'nowhere' });
});

it('a budget without an amount is none', () => {
  const monthly = { usd: '', period: 'month', timeZone: 'UTC' } as const;
  const daily = { usd: 5, period: 'day', timeZone: 'Asia/Shanghai' } as const;
  expect(bodyOf({ ...emptyDraft(null), budgets: [monthly, daily] }, null).budgets).toEqual([daily]);
});

it.each(['10.0.0.1', '10.0.0.0/8', '2001:db8::1', '2001:db8::/32', '::1'])('%s is a network', (text) => {
  expect(isNetwork(text)).toBe(true);
});

it.each(['', 'localhost', '10.0.0', '10.0.0.1.', '256.0.0.1', '10.0.0.0/33', '10.0.0.0/8/8', '::1]', 'fe80::1%eth0'])(
  '%s is no network',
  (text) => {
    expect(isNetwork(text)).toBe(false);
  },
);
