import { describe, expect, it } from 'vitest';
import { brand } from '../ids.ts';
import { type Blame, createHealth } from './health.ts';

const workspaceId = brand<'Workspace'>('ws_a');
const blame = (name: string, change: Partial<Blame> = {}): Blame => ({
  workspaceId,
  credentialId: brand<'Credential'>(name),
  version: 1,
  model: 'gpt-4o',
  origin: 'https://api.example.com',
  ...change,
});

describe('which credentials rest', () => {
  it('a refused key rests alone, and its new version does not', () => {
    const health = createHealth();
    health.noteFailure(blame('key_a'), 'invalid_key', null, 0);
    expect(health.restOf(blame('key_a', { model: 'other' }), 1)).toMatchObject({
      reason: 'invalid_key',
      isHost: false,
    });
    expect(health.restOf(blame('key_a', { version: 2 }), 1)).toBeUndefined();
    expect(health.restOf(blame('key_b'), 1)).toBeUndefined();
  });

  it('a rate limit rests one model of the key for exactly as long as the provider asks', () => {
    const health = createHealth();
    health.noteFailure(blame('key_a'), 'rate_limited', 20_000, 1_000);
    expect(health.restOf(blame('key_a'), 20_999)).toMatchObject({ waitMs: 1 });
    expect(health.restOf(blame('key_a'), 21_000)).toBeUndefined();
    expect(health.restOf(blame('key_a', { model: 'gpt-4o-mini' }), 1_001)).toBeUndefined();
  });

  it('the same limit on three keys within ten seconds rests the host, on two it does not', () => {
    const health = createHealth();
    health.noteFailure(blame('key_a'), 'rate_limited', 5_000, 0);
    health.noteFailure(blame('key_b'), 'rate_limited', 5_000, 10);
    expect(health.restOf(blame('key_d'), 20)).toBeUndefined();
    health.noteFailure(blame('key_c'), 'rate_limited', 5_000, 20);
    expect(health.restOf(blame('key_d'), 30)).toMatchObject({ isHost: true });
    expect(health.restOf(blame('key_d', { origin: 'https://other.example.com' }), 30)).toBeUndefined();
  });

  it.each(['provider_error', 'overloaded', 'timeout', 'unreachable'] as const)(
    'one %s rests nobody; three in a row rest the host and no key',
    (failure) => {
      const health = createHealth();
      for (const atMs of [0, 1]) health.noteFailure(blame('key_a'), failure, null, atMs);
      expect(health.restOf(blame('key_a'), 2)).toBeUndefined();
      health.noteFailure(blame('key_b'), failure, null, 2);
      expect(health.restOf(blame('key_c'), 3)).toMatchObject({ reason: failure, isHost: true });
    },
  );

  it('a success forgets failures, so only those in a row count', () => {
    const health = createHealth();
    for (let round = 0; round < 50; round += 1) {
      health.noteFailure(blame('key_a'), 'provider_error', null, round * 10);
      health.noteFailure(blame('key_a'), 'provider_error', null, round * 10 + 1);
      health.noteSuccess(blame('key_a'));
    }
    expect(health.restOf(blame('key_a'), 501)).toBeUndefined();
  });

  it('failures in a row make the rest longer, up to a limit', () => {
    const health = createHealth();
    const waits = Array.from({ length: 12 }, (_value, index) => {
      const nowMs = index * 10_000_000;
      health.noteFailure(blame('key_a'), 'invalid_key', null, nowMs);
      return health.restOf(blame('key_a'), nowMs)?.waitMs ?? 0;
    });
    expect(waits.slice(0, 4)).toEqual([60_000, 120_000, 240_000, 480_000]);
    expect(waits.at(-1)).toBe(600_000);
  });

  it.each(['bad_request', 'context_too_long', 'content_filtered', 'unknown_model', 'forbidden'] as const)(
    'a %s is the request’s own and rests nobody',
    (failure) => {
      const health = createHealth();
      for (let count = 0; count < 20; count += 1) health.noteFailure(blame('key_a'), failure, null, count);
      expect(health.restOf(blame('key_a'), 21)).toBeUndefined();
      expect(health.resting(workspaceId, 21)).toEqual([]);
    },
  );
});
