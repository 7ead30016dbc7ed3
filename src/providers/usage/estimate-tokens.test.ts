import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { workThrough } from '../../testing/work-steps.ts';
import { estimateInputTokens, estimateTokensOf } from './estimate-tokens.ts';

const encoder = new TextEncoder();
const estimateBytes = (body: Uint8Array): number => workThrough(estimateInputTokens(body)).result;
const estimate = (body: unknown): number => estimateBytes(encoder.encode(JSON.stringify(body)));
const ask = (content: unknown): object => ({ model: 'm', messages: [{ role: 'user', content }] });

describe('an estimate of tokens', () => {
  it('takes four ASCII characters or four thirds of a wide one for a token, rounded up', () => {
    expect(estimateTokensOf({ ascii: 0, wide: 0 })).toBe(0);
    expect(estimateTokensOf({ ascii: 1, wide: 0 })).toBe(1);
    expect(estimateTokensOf({ ascii: 400, wide: 0 })).toBe(100);
    expect(estimateTokensOf({ ascii: 4, wide: 100 })).toBe(76);
  });

  it('of a request is near the truth for English and for Chinese', () => {
    const english = 'The quick brown fox jumps over the lazy dog. '.repeat(100);
    expect(estimate(ask(english))).toBeGreaterThan(900);
    expect(estimate(ask(english))).toBeLessThan(1300);
    const chinese = '今天的天气很好我们去公园散步吧'.repeat(100);
    expect(estimate(ask(chinese))).toBeGreaterThan(1000);
    expect(estimate(ask(chinese))).toBeLessThan(1500);
  });

  it('of a request is the same for Chinese that was escaped', () => {
    const body = JSON.stringify(ask('天气'.repeat(500)));
    const escaped = body.replace(
      /[^\0-\x7f]/g,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
    expect(estimateBytes(encoder.encode(escaped))).toBe(estimateBytes(encoder.encode(body)));
  });

  it('of a request takes a file in base64 for one attachment, whatever its size', () => {
    const picture = (bytes: number) =>
      ask([{ type: 'image_url', image_url: { url: `data:image/png;base64,${'iVBORw0K'.repeat(bytes / 8)}==` } }]);
    const small = estimate(picture(8_000));
    expect(small).toBeGreaterThan(1000);
    expect(small).toBeLessThan(1100);
    expect(estimate(picture(4_000_000))).toBe(small);
  });

  it('of any bytes is a number that grows with them', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), (bytes) => {
        const count = estimateBytes(bytes);
        expect(Number.isSafeInteger(count) && count >= 0).toBe(true);
        expect(count).toBeLessThanOrEqual(bytes.length + 4000);
      }),
    );
  });
});
