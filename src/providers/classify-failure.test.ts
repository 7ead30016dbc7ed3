import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classifyFailure } from './classify-failure.ts';
import { type FailureKind, failureKinds } from './provider.ts';
import { providers } from './providers.ts';

interface Case {
  readonly provider: string;
  readonly says: string;
  readonly httpStatus: number;
  readonly body: unknown;
  readonly kind: FailureKind;
  readonly headers?: Record<string, string>;
  readonly retryAfterMs?: number;
}

/** One line per failure as the providers word it; ids and keys are masked. */
const cases: readonly Case[] = readFileSync(new URL('./classify-failure.cases.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line): Case => JSON.parse(line));

describe('classifyFailure', () => {
  it.each(cases)('$provider: $says ($httpStatus) is $kind', ({ provider, httpStatus, body, kind, headers = {} }) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    expect(classifyFailure(provider, { httpStatus, headers, body: text }).kind).toBe(kind);
  });

  it.each(cases.filter((entry) => entry.retryAfterMs !== undefined))(
    '$provider: $says asks to wait $retryAfterMs ms',
    ({ provider, httpStatus, body, headers = {}, retryAfterMs }) => {
      const reply = { httpStatus, headers, body: JSON.stringify(body) };
      expect(classifyFailure(provider, reply).retryAfterMs).toBe(retryAfterMs);
    },
  );

  it('knows a failure of every kind', () => {
    expect(new Set(cases.map((entry) => entry.kind))).toEqual(new Set(failureKinds));
  });

  it('never throws, and its detail never holds the secret, whatever the reply', () => {
    const secrets = fc.stringMatching(/^[\x21-\x7e]{8,60}$/);
    const ids = fc.constantFrom('cp_1', ...providers.map((provider) => provider.id));
    fc.assert(
      fc.property(
        ids,
        secrets,
        fc.integer({ min: 100, max: 599 }),
        fc.json(),
        fc.string(),
        (id, secret, httpStatus, json, text) => {
          for (const body of [
            json,
            text,
            text + secret,
            JSON.stringify({ error: { message: `${text}${secret}${text}` } }),
          ]) {
            const failure = classifyFailure(id, { httpStatus, headers: {}, body }, { secret });
            expect(failureKinds).toContain(failure.kind);
            expect(failure.detail).not.toContain(secret);
            expect(failure.detail.length).toBeLessThanOrEqual(200);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('the time to wait', () => {
  const waitOf = (headers: Record<string, string>, body = '{}', nowMs?: number) =>
    classifyFailure('cp_1', { httpStatus: 429, headers, body }, { nowMs }).retryAfterMs;

  it('is read from an HTTP date against the clock that is given', () => {
    const nowMs = Date.UTC(2026, 10, 22, 10, 0, 0);
    expect(waitOf({ 'retry-after': 'Sun, 22 Nov 2026 10:00:30 GMT' }, '{}', nowMs)).toBe(30_000);
  });

  it('is read from an HTTP date against the date of the reply where no clock is given', () => {
    const headers = { date: 'Sun, 22 Nov 2026 10:00:00 GMT', 'retry-after': 'Sun, 22 Nov 2026 10:00:05 GMT' };
    expect(waitOf(headers)).toBe(5000);
  });

  it('is that of the limit that is used up', () => {
    const headers = {
      'x-ratelimit-remaining-requests': '0',
      'x-ratelimit-reset-requests': '2m59.56s',
      'x-ratelimit-remaining-tokens': '100',
      'x-ratelimit-reset-tokens': '10m0s',
    };
    expect(waitOf(headers)).toBe(179_560);
  });

  it('is read from the reset of Anthropic', () => {
    const nowMs = Date.UTC(2026, 10, 22);
    const headers = { 'anthropic-ratelimit-requests-reset': '2026-11-22T00:01:00Z' };
    expect(waitOf(headers, '{}', nowMs)).toBe(60_000);
  });

  it('is unknown where nothing says it', () => {
    expect(waitOf({ 'retry-after': 'soon' })).toBeNull();
    expect(waitOf({}, JSON.stringify({ error: { message: 'Please try again later' } }))).toBeNull();
  });
});
