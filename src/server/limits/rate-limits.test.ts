import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRateLimits, type RateRequest, type RateResult } from './rate-limits.ts';

const start = 1_000_000;
const request = (over: Partial<RateRequest> = {}): RateRequest => ({
  subject: 'vk_a',
  requestsPerMinute: null,
  tokensPerMinute: null,
  estimatedTokens: 0,
  nowMs: start,
  ...over,
});

function ticketOf(result: RateResult) {
  if (!result.ok) throw new Error(`refused: ${result.limit}`);
  return result.ticket;
}

describe('requests per minute', () => {
  const ask = { requestsPerMinute: 2 };

  it('let as many pass as they say, then tell when the next one may', () => {
    const limits = createRateLimits();
    expect(limits.take(request({ ...ask, nowMs: start })).ok).toBe(true);
    expect(limits.take(request({ ...ask, nowMs: start + 5500 })).ok).toBe(true);
    const refused = limits.take(request({ ...ask, nowMs: start + 20_500 }));
    expect(refused).toMatchObject({ ok: false, limit: 'requests', retryAfterMs: 39_500 });
    expect(limits.take(request({ ...ask, nowMs: start + 59_999 })).ok).toBe(false);
    expect(limits.take(request({ ...ask, nowMs: start + 60_000 })).ok).toBe(true);
    expect(limits.take(request({ ...ask, nowMs: start + 60_001 }))).toMatchObject({ ok: false, retryAfterMs: 4999 });
  });

  it('are not taken by a refused call', () => {
    const limits = createRateLimits();
    const both = { requestsPerMinute: 2, tokensPerMinute: 10 };
    limits.take(request({ ...both, estimatedTokens: 10 }));
    expect(limits.take(request({ ...both, estimatedTokens: 5 }))).toMatchObject({ limit: 'tokens' });
    expect(limits.take(request({ ...both, estimatedTokens: 0 }))).toMatchObject({
      ok: true,
      requests: { remaining: 0 },
    });
    expect(limits.take(request({ ...both, estimatedTokens: 5 }))).toMatchObject({ limit: 'requests' });
  });

  it('of none let nobody pass', () => {
    expect(createRateLimits().take(request({ requestsPerMinute: 0 }))).toMatchObject({
      ok: false,
      retryAfterMs: 60_000,
    });
  });

  it('of one subject are not those of another', () => {
    const limits = createRateLimits();
    limits.take(request({ requestsPerMinute: 1 }));
    expect(limits.take(request({ requestsPerMinute: 1, subject: 'vk_b' })).ok).toBe(true);
  });

  it('tell headers what is left and when all is back', () => {
    const limits = createRateLimits();
    const taken = limits.take(request({ requestsPerMinute: 3, nowMs: start + 250 }));
    expect(taken).toMatchObject({ requests: { limit: 3, remaining: 2, resetMs: 59_750 }, tokens: null });
    const untouched = limits.take(request({ tokensPerMinute: 9, nowMs: start + 250 }));
    expect(untouched).toMatchObject({ requests: null, tokens: { limit: 9, remaining: 9, resetMs: 0 } });
  });
});

describe('tokens per minute', () => {
  const ask = { tokensPerMinute: 100 };

  it('count estimates until the true number is known', () => {
    const limits = createRateLimits();
    const ticket = ticketOf(limits.take(request({ ...ask, estimatedTokens: 90 })));
    expect(limits.take(request({ ...ask, estimatedTokens: 11 }))).toMatchObject({ ok: false, limit: 'tokens' });
    ticket.correct(20);
    expect(limits.take(request({ ...ask, estimatedTokens: 11 }))).toMatchObject({ tokens: { remaining: 69 } });
    ticket.correct(80);
    ticket.correct(80);
    expect(limits.take(request({ ...ask, estimatedTokens: 10 }))).toMatchObject({
      ok: false,
      tokens: { remaining: 9 },
    });
  });

  it('are corrected in the second in which they were taken, and no more once that is over', () => {
    const limits = createRateLimits();
    const ticket = ticketOf(limits.take(request({ ...ask, estimatedTokens: 50 })));
    ticketOf(limits.take(request({ ...ask, estimatedTokens: 10, nowMs: start + 30_000 })));
    ticket.correct(70);
    const later = limits.take(request({ ...ask, estimatedTokens: 50, nowMs: start + 30_000 }));
    expect(later).toMatchObject({ ok: false, retryAfterMs: 30_000, tokens: { remaining: 20 } });
    expect(limits.take(request({ ...ask, nowMs: start + 60_000 }))).toMatchObject({ tokens: { remaining: 90 } });
    ticket.correct(99);
    expect(limits.take(request({ ...ask, nowMs: start + 60_000 }))).toMatchObject({ tokens: { remaining: 90 } });
  });

  it('let a call that is larger than all of them pass when the minute is empty, and only then', () => {
    const limits = createRateLimits();
    expect(limits.take(request({ ...ask, estimatedTokens: 5000 }))).toMatchObject({
      ok: true,
      tokens: { remaining: 0 },
    });
    const next = limits.take(request({ ...ask, estimatedTokens: 5000, nowMs: start + 1000 }));
    expect(next).toMatchObject({ ok: false, limit: 'tokens', retryAfterMs: 59_000 });
    expect(limits.take(request({ ...ask, estimatedTokens: 5000, nowMs: start + 60_000 })).ok).toBe(true);
  });

  it.each([Number.NaN, -1, Number.POSITIVE_INFINITY])('of %d are an error that leaves the counts alone', (tokens) => {
    const limits = createRateLimits();
    const ticket = ticketOf(limits.take(request({ ...ask, estimatedTokens: 40 })));
    expect(() => ticket.correct(tokens)).toThrow(RangeError);
    expect(() => limits.take(request({ ...ask, estimatedTokens: tokens }))).toThrow(RangeError);
    expect(limits.take(request(ask))).toMatchObject({ tokens: { remaining: 60 } });
  });
});

it('a subject without limits passes and is not remembered', () => {
  const limits = createRateLimits();
  const result = limits.take(request({ estimatedTokens: 5 }));
  expect(result).toMatchObject({ ok: true, requests: null, tokens: null });
  ticketOf(result).correct(7);
  expect(limits.size()).toBe(0);
});

it('the memory of idle subjects is given back', () => {
  const limits = createRateLimits();
  const ask = { requestsPerMinute: 10 };
  for (let index = 0; index < 1000; index += 1) limits.take(request({ ...ask, subject: `vk_${index}` }));
  limits.take(request({ ...ask, subject: 'vk_7', nowMs: start + 30_000 }));
  expect(limits.size()).toBe(1000);
  limits.take(request({ ...ask, subject: 'another', nowMs: start + 61_000 }));
  expect(limits.size()).toBe(2);
  expect(limits.take(request({ ...ask, subject: 'vk_7', nowMs: start + 61_000 }))).toMatchObject({
    requests: { remaining: 8 },
  });
});

it('a subject that comes back after more than a minute starts from nothing', () => {
  const limits = createRateLimits();
  const take = (subject: string, second: number) =>
    limits.take(request({ subject, requestsPerMinute: 2, nowMs: start + second * 1000 })).ok;
  take('vk_b', 0);
  expect([take('vk_a', 10), take('vk_a', 10), take('vk_a', 10)]).toEqual([true, true, false]);
  take('vk_b', 60);
  expect([take('vk_a', 75), take('vk_a', 75), take('vk_a', 75)]).toEqual([true, true, false]);
  expect([take('vk_a', 130), take('vk_a', 134), take('vk_a', 135)]).toEqual([false, false, true]);
});

interface Passed {
  readonly second: number;
  readonly estimate: number;
  tokens: number;
}

/** All calls that passed, in a list: what the ring of buckets has to agree with. */
class CallList {
  readonly passed: Passed[] = [];
  readonly requests: number;
  readonly tokens: number;

  constructor(requests: number, tokens: number) {
    this.requests = requests;
    this.tokens = tokens;
  }

  leftAt(second: number): { requests: number; tokens: number } {
    const counted = this.passed.filter((call) => call.second > second - 60);
    const tokens = counted.reduce((sum, call) => sum + call.tokens, 0);
    return { requests: Math.max(0, this.requests - counted.length), tokens: Math.max(0, this.tokens - tokens) };
  }

  /** The limits that stand in the way of a call. */
  obstaclesAt(timeMs: number, estimate: number): string[] {
    const second = Math.floor(timeMs / 1000);
    const { requests } = this.leftAt(second);
    const tokens = this.passed.reduce((sum, call) => (call.second > second - 60 ? sum + call.tokens : sum), 0);
    const isTokensFull = tokens > 0 && tokens + estimate > this.tokens;
    return [...(requests === 0 ? ['requests'] : []), ...(isTokensFull ? ['tokens'] : [])];
  }
}

it('whatever is asked, the answer is what a list of all calls gives', () => {
  const call = fc.record({
    afterMs: fc.oneof(fc.nat(3000), fc.nat(70_000)),
    estimate: fc.nat(60),
    /** Corrected so many calls later, if at all. */
    actual: fc.option(fc.record({ tokens: fc.nat(120), later: fc.nat(4) })),
  });
  fc.assert(
    fc.property(fc.array(call, { maxLength: 60 }), fc.integer({ min: 1, max: 6 }), fc.nat(100), (calls, rpm, tpm) => {
      const limits = createRateLimits();
      const list = new CallList(rpm, tpm);
      const corrections = new Map<number, (() => void)[]>();
      let nowMs = 0;
      for (const [index, { afterMs, estimate, actual }] of calls.entries()) {
        nowMs += afterMs;
        const second = Math.floor(nowMs / 1000);
        for (const correct of corrections.get(index) ?? []) correct();
        const obstacles = list.obstaclesAt(nowMs, estimate);
        const result = limits.take(
          request({ requestsPerMinute: rpm, tokensPerMinute: tpm, estimatedTokens: estimate, nowMs }),
        );
        expect(result.ok ? undefined : result.limit).toBe(obstacles[0]);
        const retryMs = nowMs + (result.ok ? 0 : result.retryAfterMs);
        expect(retryMs - nowMs).toBeLessThanOrEqual(60_000);
        expect(list.obstaclesAt(retryMs, estimate)).toEqual([]);
        expect(result.ok || list.obstaclesAt(retryMs - 1, estimate).length > 0).toBe(true);
        if (result.ok) {
          const passed = { second, estimate, tokens: estimate };
          list.passed.push(passed);
          const due = index + 1 + (actual?.later ?? 0);
          const correct = () => {
            passed.tokens = actual?.tokens ?? estimate;
            result.ticket.correct(passed.tokens);
          };
          corrections.set(due, [...(corrections.get(due) ?? []), correct]);
        }
        const left = list.leftAt(second);
        expect([result.requests?.remaining, result.tokens?.remaining]).toEqual([left.requests, left.tokens]);
      }
    }),
    { numRuns: 500 },
  );
});
