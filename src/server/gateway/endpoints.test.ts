import { describe, expect, it } from 'vitest';
import { canonicalPath, endpoints, findEndpoint, isGatewayCall } from './endpoints.ts';

const sample = (path: string): string => path.replace('{model}', 'gpt-4o').replace('{id}', 'resp_1');

describe('the endpoints of the gateway', () => {
  it('are each metered, free by the provider, unmetered and so limited, or refused', () => {
    expect(endpoints.length).toBeGreaterThan(30);
    for (const endpoint of endpoints) {
      const found = findEndpoint(endpoint.method, sample(endpoint.path));
      if (found === null || found === 'method') throw new Error(`${endpoint.path} is not found by its own path`);
      expect(found.endpoint).toBe(endpoint);
      expect(['usage', 'free', 'unmetered', 'refused']).toContain(found.endpoint.metering);
    }
    // What reads or deletes is free or unmetered; only what answers is billed.
    expect(endpoints.filter(({ method, metering }) => method !== 'POST' && metering === 'usage')).toEqual([]);
  });

  it.each([
    ['/chat/completions', '/v1/chat/completions'],
    ['/v1/v1/chat/completions', '/v1/chat/completions'],
    ['/v1beta/v1beta/models/gemini-2.5-flash:generateContent', '/v1beta/models/gemini-2.5-flash:generateContent'],
    ['/v1/v1/messages', '/v1/messages'],
    ['/messages', '/v1/messages'],
    ['/messages/count_tokens', '/v1/messages/count_tokens'],
    ['/responses', '/v1/responses'],
    ['/models', '/v1/models'],
    ['/v1//chat/completions/', '/v1/chat/completions'],
    ['/v1beta/a/b:generateContent', '/v1beta/models/a/b:generateContent'],
  ])('take %s for %s', (path, canonical) => {
    expect(canonicalPath(path)).toBe(canonical);
    const method = canonical.endsWith('/models') ? 'GET' : 'POST';
    expect(findEndpoint(method, path)).toMatchObject({ path: canonical });
  });

  it('know models with slashes and percent signs in their names', () => {
    expect(findEndpoint('POST', '/v1beta/models/google/gemini-2.5-pro:streamGenerateContent')).toMatchObject({
      parts: { model: 'google/gemini-2.5-pro' },
    });
    expect(findEndpoint('GET', '/v1/models/anthropic%2Fclaude')).toMatchObject({
      parts: { model: 'anthropic/claude' },
    });
  });

  it('leave the pages of the dashboard alone', () => {
    expect(isGatewayCall('GET', '/models', false)).toBe(false);
    expect(isGatewayCall('GET', '/models', true)).toBe(true);
    expect(isGatewayCall('POST', '/chat/completions', false)).toBe(true);
    expect(isGatewayCall('GET', '/v1', false)).toBe(true);
    expect(isGatewayCall('GET', '/v1beta/anything', false)).toBe(true);
    expect(isGatewayCall('GET', '/v1x', false)).toBe(false);
    expect(isGatewayCall('GET', '/usage', true)).toBe(false);
    expect(isGatewayCall('GET', '/api/keys', true)).toBe(false);
  });

  it.each(['/v1/assistants', '/v1/threads', '/v1/vector_stores', '/v1/fine_tuning/jobs/x', '/v1/unheard-of', '/v1'])(
    'do not hold %s',
    (path) => {
      expect(findEndpoint('POST', path)).toBeNull();
    },
  );
});
