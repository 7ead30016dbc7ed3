import { judgeNames } from './header-names.ts';

/**
 * Headers of a provider's reply that reach the client. A list of what may pass and not of what may not: providers have
 * been seen to send keys, cookies and policies for their own sites (Bifrost returned an upstream key so).
 */
const passed = new Set([
  'content-type',
  'content-encoding',
  'content-length',
  'content-disposition',
  'content-language',
  'cache-control',
  'date',
  'etag',
  'last-modified',
  'location',
  'retry-after',
  'retry-after-ms',
  'request-id',
  'server-timing',
  'trailer',
  'vary',
  'x-request-id',
  'x-should-retry',
]);
const passedBeginning =
  /^(?:x-ratelimit-|ratelimit|anthropic-ratelimit-|anthropic-fast|openai-|x-goog-(?!api-key)|x-ms-|azureml-|x-groq-|x-dashscope-|x-openrouter-|x-metrics-|x-envoy-upstream-service-time)/;

const isPassed = judgeNames((lower) => passed.has(lower) || passedBeginning.test(lower));

/** Raw pairs to send on, in order. `secret` must stand in none of them. */
export function passHeaders(raw: readonly string[], secret: string): string[] {
  const headers: string[] = [];
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = raw[index] ?? '';
    const value = raw[index + 1] ?? '';
    if (!isPassed(name)) continue;
    if (secret !== '' && value.includes(secret)) continue;
    headers.push(name, value);
  }
  return headers;
}

/** Trailers are checksums and the like under any name: all pass but those that say who somebody is. */
export function passTrailers(raw: readonly string[], secret: string): string[] {
  const trailers: string[] = [];
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = raw[index] ?? '';
    const value = raw[index + 1] ?? '';
    if (/cookie|authori[sz]ation|authenticate|api-key/i.test(name) || (secret !== '' && value.includes(secret)))
      continue;
    trailers.push(name, value);
  }
  return trailers;
}

/** As text pairs, whatever shape undici gives them in. */
export function rawPairs(raw: unknown): string[] {
  if (!Array.isArray(raw)) return [];
  return raw.map((part: unknown) => (Buffer.isBuffer(part) ? part.toString('latin1') : String(part)));
}

export function rawHeader(raw: readonly string[], name: string): string | undefined {
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const found = raw[index];
    if (found?.length === name.length && found.toLowerCase() === name) return raw[index + 1];
  }
  return undefined;
}

/** The pairs but for one name, in lower case. */
export function withoutHeader(headers: readonly string[], name: string): string[] {
  const kept: string[] = [];
  for (let index = 0; index + 1 < headers.length; index += 2) {
    if (headers[index]?.toLowerCase() !== name) kept.push(headers[index] ?? '', headers[index + 1] ?? '');
  }
  return kept;
}

/** By lower-case name; of repeated ones the last. */
export function headerRecord(raw: readonly string[]): Record<string, string> {
  const record: Record<string, string> = {};
  for (let index = 0; index + 1 < raw.length; index += 2) {
    record[(raw[index] ?? '').toLowerCase()] = raw[index + 1] ?? '';
  }
  return record;
}
