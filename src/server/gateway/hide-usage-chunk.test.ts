import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hideUsageChunk } from './hide-usage-chunk.ts';

const content = (text: string) => `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: text } }] })}\n\n`;
const usage = `data: ${JSON.stringify({ id: 'x', choices: [], usage: { prompt_tokens: 1, completion_tokens: 2 } })}\n\n`;
const done = 'data: [DONE]\n\n';

function filtered(text: string, pieceBytes: number): string {
  const filter = hideUsageChunk();
  const bytes = Buffer.from(text);
  const out: Buffer[] = [];
  for (let start = 0; start < bytes.length; start += pieceBytes) {
    out.push(Buffer.from(filter.push(bytes.subarray(start, start + pieceBytes))));
  }
  out.push(filter.end());
  return Buffer.concat(out).toString();
}

describe('hiding the usage chunk', () => {
  it('takes out that chunk and no other byte, however the stream is cut', () => {
    const stream = [content('你好'), ': ping\n\n', content('🎉'), usage, done].join('');
    const without = stream.replace(usage, '');
    for (let bytes = 1; bytes < 120; bytes += 1) expect(filtered(stream, bytes)).toBe(without);
  });

  it('takes it out with CRLF, and where the stream ends behind it', () => {
    expect(filtered((content('a') + usage).replaceAll('\n', '\r\n'), 7)).toBe(content('a').replaceAll('\n', '\r\n'));
    expect(filtered(content('a') + usage.trimEnd(), 5)).toBe(content('a'));
  });

  it('leaves usage that comes with choices, null usage and text about usage', () => {
    const kept = [
      'data: {"choices":[{"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":1}}\n\n',
      'data: {"choices":[],"usage":null}\n\n',
      content('"choices":[] and "usage":{}'),
    ].join('');
    expect(filtered(kept, 11)).toBe(kept);
  });

  it('lets a line of two megabytes through as it is, and still hides the chunk behind it', () => {
    const long = content('x'.repeat(2_000_000));
    expect(filtered(long + usage + done, 65_536)).toBe(long + done);
  });

  it('changes nothing in a stream without that chunk', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.integer({ min: 1, max: 50 }), (bytes, size) => {
        const text = Buffer.from(bytes).toString('latin1').replaceAll('usage', '');
        expect(filtered(text, size)).toBe(text);
      }),
    );
  });
});
