import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { custom } from '../custom.ts';
import { openai } from '../openai.ts';
import { providers } from '../providers.ts';
import type { Case } from './cases/case.ts';
import { cases } from './cases/cases.ts';
import { createUsageReader, type UsageReader } from './usage-reader.ts';
import { noTokens, type UsageReading } from './usage-reading.ts';

const encoder = new TextEncoder();

function readerFor(entry: Omit<Case, 'says' | 'body'>): UsageReader {
  return createUsageReader({
    provider: providers.find(({ id }) => id === entry.provider) ?? custom,
    dialect: entry.dialect ?? (entry.endpoint === undefined ? 'openai-chat' : null),
    endpoint: entry.endpoint ?? 'chat/completions',
    contentType: entry.contentType ?? 'application/json',
    httpStatus: entry.httpStatus ?? 200,
  });
}

function readAll(entry: Omit<Case, 'says' | 'body'>, pieces: Iterable<Uint8Array>): UsageReading {
  const reader = readerFor(entry);
  for (const piece of pieces) reader.push(piece);
  reader.end();
  return reader.read();
}

function stream(body: string, more: Partial<Case> = {}): UsageReading {
  return readAll({ provider: 'openai', contentType: 'text/event-stream', ...more }, [encoder.encode(body)]);
}

const usageChunk = '{"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2}}';
const usageTokens = { ...noTokens, inputUncached: 3, output: 2 };

describe('a reply', () => {
  it.each(cases)('$provider: $says', (entry) => {
    const reading = readAll(entry, [encoder.encode(entry.body)]);
    const more = (entry.moreLines ?? []).map(({ model, tokens }) => ({ model, tokens: { ...noTokens, ...tokens } }));
    const lines =
      entry.tokens === null ? null : [{ ...noTokens, ...entry.tokens }, ...more.map(({ tokens }) => tokens)];
    expect(reading.lines?.map(({ tokens }) => tokens) ?? null).toEqual(lines);
    expect(reading.lines?.slice(1).map(({ model }) => model) ?? []).toEqual(more.map(({ model }) => model));
    expect(reading.lines?.[0]?.model ?? reading.servedModel).toBe(reading.servedModel);
    expect(reading).toMatchObject(entry.reading ?? {});
    expect(reading.isClamped).toBe(entry.reading?.isClamped ?? false);
    expect(reading.error).toEqual(entry.reading?.error ?? null);
  });

  it.each(cases)('$provider: $says, cut in two at every byte', (entry) => {
    const bytes = encoder.encode(entry.body);
    const whole = readAll(entry, [bytes]);
    for (let cut = 0; cut <= bytes.length; cut += 1) {
      expect(readAll(entry, [bytes.subarray(0, cut), bytes.subarray(cut)])).toEqual(whole);
    }
  });

  it('reads the same in whatever pieces it comes, and keeps no memory of theirs', () => {
    const pieces = fc.record({
      entry: fc.constantFrom(...cases),
      sizes: fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1 }),
    });
    fc.assert(
      fc.property(pieces, ({ entry, sizes }) => {
        const bytes = encoder.encode(entry.body);
        const reader = readerFor(entry);
        let from = 0;
        for (let turn = 0; from < bytes.length; turn += 1) {
          const piece = bytes.slice(from, from + (sizes[turn % sizes.length] ?? 1));
          reader.push(piece);
          from += piece.length;
          piece.fill(0x22);
          reader.read();
        }
        reader.end();
        expect(reader.read()).toEqual(readAll(entry, [bytes]));
      }),
    );
  });

  it('never makes the reader throw, nor gives it a number that is none', () => {
    const soup = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '"',
      ':',
      ',',
      '\\',
      'data:',
      '\n',
      '\n\n',
      '"usage"',
      '"error"',
      'null',
      '-1',
      '1e400',
      '"prompt_tokens"',
      '"iterations"',
      '__proto__',
      '\r',
    );
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.array(soup, { maxLength: 60 }).map((parts) => encoder.encode(parts.join(''))),
      fc
        .json()
        .map((json) =>
          encoder.encode(`data: {"usage":${json},"error":${json},"choices":${json},"usageMetadata":${json}}\n\n`),
        ),
      fc.json().map((json) => encoder.encode(`{"usage":${json},"error":${json},"meta":${json},"response":${json}}`)),
    );
    const types = fc.constantFrom(
      'text/event-stream',
      'application/json',
      'application/x-ndjson',
      '',
      'text/plain',
      null,
    );
    const kinds = fc.constantFrom(...cases);
    fc.assert(
      fc.property(
        fc.array(bytes, { maxLength: 4 }),
        types,
        kinds,
        fc.integer({ min: 100, max: 599 }),
        (parts, contentType, { provider, dialect, endpoint }, httpStatus) => {
          const id = providers.find((candidate) => candidate.id === provider) ?? custom;
          const reader = createUsageReader({
            provider: id,
            dialect: dialect ?? null,
            endpoint: endpoint ?? '',
            contentType,
            httpStatus,
          });
          for (const part of parts) reader.push(part);
          reader.end();
          const reading = reader.read();
          for (const { tokens } of reading.lines ?? []) {
            for (const count of Object.values(tokens)) expect(Number.isSafeInteger(count) && count >= 0).toBe(true);
          }
          expect(httpStatus >= 400 && reading.lines !== null).toBe(false);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('gives back buckets that add up to what the provider told', () => {
    const count = fc.integer({ min: 0, max: 1000 });
    const facts = fc.record({
      fresh: count,
      cached: count,
      written: count,
      audio: count,
      image: count,
      output: count,
      reasoning: count,
      spoken: count,
    });
    fc.assert(
      fc.property(facts, ({ fresh, cached, written, audio, image, output, reasoning, spoken }) => {
        const prompt = fresh + cached + written + audio + image;
        const completion = output + reasoning + spoken;
        const usage = {
          prompt_tokens: prompt,
          completion_tokens: completion,
          total_tokens: prompt + completion,
          prompt_tokens_details: {
            cached_tokens: cached,
            cache_write_tokens: written,
            audio_tokens: audio,
            image_tokens: image,
          },
          completion_tokens_details: { reasoning_tokens: reasoning, audio_tokens: spoken },
        };
        const reading = readAll({ provider: 'openai' }, [encoder.encode(JSON.stringify({ usage }))]);
        expect(reading.isClamped).toBe(false);
        expect(reading.lines?.[0]?.tokens).toEqual({
          ...noTokens,
          inputUncached: fresh,
          cacheRead: cached,
          cacheWrite5m: written,
          audioInput: audio,
          imageInput: image,
          output,
          reasoning,
          audioOutput: spoken,
        });
      }),
    );
  });
});

describe('the bytes of a reply', () => {
  it.each(['application/json', 'text/plain', 'application/octet-stream', null])(
    'that are events under %s are read as events',
    (contentType) => {
      const reader = createUsageReader({
        provider: openai,
        dialect: 'openai-chat',
        endpoint: 'chat/completions',
        contentType,
        httpStatus: 200,
      });
      reader.push(encoder.encode(`\n\ndata: ${usageChunk}\n\ndata: [DONE]\n\n`));
      expect(reader.read()).toMatchObject({ lines: [{ tokens: usageTokens }], isComplete: true });
    },
  );

  it.each(['text/event-stream', 'application/octet-stream', null])(
    'that are JSON under %s are read as JSON',
    (contentType) => {
      const reader = createUsageReader({
        provider: openai,
        dialect: 'openai-chat',
        endpoint: 'chat/completions',
        contentType,
        httpStatus: 200,
      });
      reader.push(encoder.encode(`\n \n${usageChunk}`));
      reader.end();
      expect(reader.read()).toMatchObject({ lines: [{ tokens: usageTokens }], isComplete: true });
    },
  );

  it.each(['audio/mpeg', 'image/png', 'video/mp4'])('of %s are not read', (contentType) => {
    const reader = createUsageReader({
      provider: openai,
      dialect: null,
      endpoint: 'audio/speech',
      contentType,
      httpStatus: 200,
    });
    reader.push(encoder.encode(usageChunk));
    reader.end();
    expect(reader.read()).toMatchObject({ lines: null, isComplete: false, written: { ascii: 0, wide: 0 } });
  });

  it.each(['\n', '\r\n', '\r'])('may end lines with %j', (lineEnd) => {
    const body = `: hello\n\ndata: ${usageChunk}\n\ndata: [DONE]\n\n`.replaceAll('\n', lineEnd);
    expect(stream(body)).toMatchObject({ lines: [{ tokens: usageTokens }], isComplete: true });
  });

  it('may spread data over several lines, leave out blank lines or the last of them', () => {
    const spread = 'data: {"choices":[],\ndata: "usage":{"prompt_tokens":3,\ndata: "completion_tokens":2}}\n\n';
    const close = `data: {"choices":[]}\ndata: ${usageChunk}\ndata: [DONE]\n`;
    for (const body of [
      spread,
      spread.replaceAll('\n', '\r\n'),
      close,
      `data: ${usageChunk}`,
      `data:${usageChunk}   \n\n`,
      `\uFEFFdata: ${usageChunk}\n\n`,
    ]) {
      const bytes = encoder.encode(body);
      for (let cut = 0; cut <= bytes.length; cut += 1) {
        const parts = [bytes.subarray(0, cut), bytes.subarray(cut)];
        const reading = readAll({ provider: 'openai', contentType: 'text/event-stream' }, parts);
        expect(reading.lines?.[0]?.tokens).toEqual(usageTokens);
      }
    }
  });

  it('may hold a line of 1 MB, in one piece or in thousands', () => {
    const line = `data: {"choices":[{"delta":{"content":"${'x'.repeat(1024 * 1024)}"}}],"usage":{"prompt_tokens":3,"completion_tokens":2}}\n\n`;
    const bytes = encoder.encode(line);
    const pieces = Array.from({ length: Math.ceil(bytes.length / 61) }, (_, index) =>
      bytes.subarray(index * 61, index * 61 + 61),
    );
    for (const parts of [[bytes], pieces]) {
      const reading = readAll({ provider: 'openai', contentType: 'text/event-stream' }, parts);
      expect(reading.lines?.[0]?.tokens).toEqual(usageTokens);
      expect(reading.written).toEqual({ ascii: 1024 * 1024, wide: 0 });
    }
  });

  it('may hold an event that is too long to keep, and the next is read', () => {
    const reader = readerFor({ provider: 'openai', contentType: 'text/event-stream' });
    reader.push(encoder.encode('data: {"usage":{"prompt_tokens":999},"choices":[{"delta":{"content":"'));
    const piece = encoder.encode('x'.repeat(1024 * 1024));
    for (let count = 0; count < 9; count += 1) reader.push(piece);
    reader.push(encoder.encode(`"}}]}\n\ndata: ${usageChunk}\n\n`));
    reader.end();
    expect(reader.read().lines?.[0]?.tokens).toEqual(usageTokens);
    expect(reader.read().written.ascii).toBe(0);
  });

  it('may be a picture of 40 MB with usage before or behind it', () => {
    const piece = encoder.encode('QUJD'.repeat(256 * 1024));
    for (const [head, tail] of [
      ['{"usage":{"input_tokens":3,"output_tokens":2},"data":[{"b64_json":"', '"}]}'],
      ['{"data":[{"b64_json":"', '"}],"usage":{"input_tokens":3,"output_tokens":2}}'],
    ]) {
      const reader = readerFor({ provider: 'openai', endpoint: 'images/generations' });
      reader.push(encoder.encode(head));
      for (let count = 0; count < 40; count += 1) reader.push(piece);
      reader.push(encoder.encode(tail));
      expect(reader.read()).toMatchObject({
        lines: [{ tokens: { ...noTokens, inputUncached: 3, imageOutput: 2 } }],
        isComplete: true,
      });
    }
  });

  it('tell nothing of what was cut off, and everything before it', () => {
    expect(stream('data: {"choices":[],"usage":{"prompt_tokens":3').lines).toBeNull();
    const body = '{"id":"a","model":"m","usage":{"prompt_tokens":3,"completion_tokens":2},"choices":[{"mess';
    expect(readAll({ provider: 'openai' }, [encoder.encode(body)])).toMatchObject({
      lines: [{ tokens: usageTokens }],
      isComplete: false,
    });
  });

  it('may be nested deeper than anything, without an end', () => {
    const reader = readerFor({ provider: 'openai' });
    for (let count = 0; count < 1000; count += 1) reader.push(encoder.encode('{"a":['.repeat(1000)));
    reader.end();
    expect(reader.read().lines).toBeNull();
  });
});

describe('what was written', () => {
  it('counts reasoning that a relay sends twice once', () => {
    const delta = { content: '', reasoning: 'abc', reasoning_details: [{ type: 'reasoning.text', text: 'abc' }] };
    expect(stream(`data: ${JSON.stringify({ choices: [{ delta }] })}\n\n`).written.ascii).toBe(3);
    const both = { reasoning_content: 'abc', reasoning: 'abc', content: 'de' };
    expect(stream(`data: ${JSON.stringify({ choices: [{ delta: both }] })}\n\n`).written.ascii).toBe(5);
  });

  it('counts tool arguments, and escapes as the characters they stand for', () => {
    const call =
      'data: {"choices":[{"delta":{"tool_calls":[{"function":{"name":"f","arguments":"{\\"a\\":\\u4f60\\u0041}"}}]}}]}\n\n';
    expect(stream(call).written).toEqual({ ascii: 7, wide: 1 });
    const body = '{"choices":[{"message":{"content":"\\u4f60\\u0041\\n你\\\\"}}]}';
    expect(readAll({ provider: 'openai' }, [encoder.encode(body)]).written).toEqual({ ascii: 3, wide: 2 });
  });
});
