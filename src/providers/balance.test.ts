import { describe, expect, it } from 'vitest';
import { buildBalance, readBalance } from './balance.ts';
import { shiftDecimal, subtractDecimals, toDecimal } from './decimal.ts';
import { findProvider } from './providers.ts';

const secret = `sk-${'a'.repeat(32)}`;

function balanceOf(id: string, body: unknown) {
  const provider = findProvider(id);
  if (!provider) throw new Error(`no preset ${id}`);
  return readBalance(provider, { httpStatus: 200, headers: {}, body: JSON.stringify(body) });
}

describe('readBalance', () => {
  it.each([
    [
      'deepseek',
      {
        is_available: true,
        balance_infos: [
          { currency: 'USD', total_balance: '0.00' },
          { currency: 'CNY', total_balance: '110.00' },
        ],
      },
      '110.00',
      'CNY',
    ],
    ['moonshot', { code: 0, data: { available_balance: 49.58 }, status: true }, '49.58', 'CNY'],
    ['moonshot-intl', { data: { available_balance: -0.5 } }, '-0.5', 'USD'],
    ['stepfun', { balance: 12 }, '12', 'CNY'],
    ['openrouter', { data: { limit_remaining: 3.25 } }, '3.25', 'USD'],
    ['siliconflow-intl', { code: 20000, data: { totalBalance: '8.80' } }, '8.80', 'USD'],
    ['deepinfra', { checklist: { stripe_balance: -4.2 } }, '4.20', 'USD'],
    ['novita', { availableBalance: '123456' }, '12.3456', 'USD'],
    ['elevenlabs', { character_limit: 10000, character_count: 2500 }, '7500', 'credits'],
    ['custom', { total_available: 17.5 }, '17.5', 'USD'],
  ])('%s', (id, body, amount, currency) => {
    expect(balanceOf(id, body)).toEqual({ amount, currency });
  });

  it('is null where the key has no limit, the call is unknown or the reply is of another shape', () => {
    expect(balanceOf('openrouter', { data: { limit_remaining: null } })).toBeNull();
    expect(balanceOf('deepseek', { object: 'list', data: [] })).toBeNull();
    expect(balanceOf('moonshot', { data: { available_balance: 'much' } })).toBeNull();
    expect(balanceOf('openai', { data: [] })).toBeNull();
  });
});

describe('buildBalance', () => {
  it.each(['deepseek', 'moonshot', 'custom'])('asks only the new host of a moved %s credential', (id) => {
    const provider = findProvider(id);
    const request = provider && buildBalance(provider, { secret, baseUrl: 'https://relay.example.com/v1' });
    expect(request?.url).toMatch(/^https:\/\/relay\.example\.com\//);
  });

  it.each(['deepinfra', 'novita'])('is null for a moved %s credential, whose balance is on another host', (id) => {
    const provider = findProvider(id);
    expect(provider && buildBalance(provider, { secret, baseUrl: 'https://relay.example.com/v1' })).toBeNull();
  });

  it('is null for a provider that tells none', () => {
    const openai = findProvider('openai');
    expect(openai && buildBalance(openai, { secret })).toBeNull();
  });
});

describe('decimals', () => {
  it('are exact', () => {
    expect(subtractDecimals('0.3', '0.1')).toBe('0.20');
    expect(subtractDecimals('1', '2.5')).toBe('-1.50');
    expect(shiftDecimal('5', 4)).toBe('0.0005');
    expect(shiftDecimal('-123456.5', 4)).toBe('-12.34565');
    expect(toDecimal(1e-7)).toBe('0.0000001');
    expect(toDecimal('1e5')).toBeNull();
    expect(toDecimal(Number.NaN)).toBeNull();
  });
});
