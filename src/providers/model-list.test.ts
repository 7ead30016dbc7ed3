import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildModelList, readModelList } from './model-list.ts';
import { findProvider } from './providers.ts';

const read = (body: unknown, httpStatus = 200) =>
  readModelList({ httpStatus, headers: {}, body: typeof body === 'string' ? body : JSON.stringify(body) });

describe('readModelList', () => {
  it.each([
    ['OpenAI', { object: 'list', data: [{ id: 'gpt-x', object: 'model' }] }, [{ id: 'gpt-x' }]],
    [
      'Anthropic',
      { data: [{ id: 'claude-x', display_name: 'Claude X' }], has_more: false },
      [{ id: 'claude-x', name: 'Claude X' }],
    ],
    [
      'Gemini',
      { models: [{ name: 'models/gemini-x', displayName: 'Gemini X' }] },
      [{ id: 'gemini-x', name: 'Gemini X' }],
    ],
    ['Cohere', { models: [{ name: 'command-x' }] }, [{ id: 'command-x' }]],
    ['Together, a bare array', [{ id: 'meta/llama', display_name: 'Llama' }], [{ id: 'meta/llama', name: 'Llama' }]],
    ['ElevenLabs', [{ model_id: 'eleven_x', name: 'Eleven' }], [{ id: 'eleven_x', name: 'Eleven' }]],
    ['Replicate', { results: [{ owner: 'meta', name: 'llama' }] }, [{ id: 'meta/llama' }]],
    ['the same twice', { data: [{ id: 'a' }, { id: 'a' }] }, [{ id: 'a' }]],
    ['an empty list', { data: [] }, []],
  ])('%s', (_, body, models) => {
    expect(read(body)).toEqual(models);
  });

  it('is null for failures, pages and lists of something else', () => {
    expect(read({ data: [] }, 401)).toBeNull();
    expect(read('<html></html>')).toBeNull();
    expect(read({ hello: 'world' })).toBeNull();
    expect(read([1, 2, 3])).toBeNull();
  });

  it('reads at most 10,000 models', () => {
    const data = Array.from({ length: 10_050 }, (_, index) => ({ id: `model-${index}` }));
    expect(read({ data })).toHaveLength(10_000);
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        expect(read(json) === null || Array.isArray(read(json))).toBe(true);
      }),
    );
  });
});

describe('buildModelList', () => {
  const secret = `sk-${'a'.repeat(32)}`;

  it.each([
    ['openai', 'https://api.openai.com/v1/models'],
    ['anthropic', 'https://api.anthropic.com/v1/models?limit=1000'],
    ['google', 'https://generativelanguage.googleapis.com/v1beta/models?pageSize=1000'],
    ['cohere', 'https://api.cohere.com/v1/models?page_size=1000'],
    ['deepseek', 'https://api.deepseek.com/models'],
  ])('%s', (id, url) => {
    const provider = findProvider(id);
    expect(provider && buildModelList(provider, { secret })?.url).toBe(url);
  });

  it('asks the new host of a moved credential, also where the own list is elsewhere', () => {
    const cohere = findProvider('cohere');
    expect(cohere && buildModelList(cohere, { secret, baseUrl: 'https://relay.example.com/v1' })?.url).toBe(
      'https://relay.example.com/v1/models',
    );
  });

  it('is null where there is no list, no address or no sendable secret', () => {
    const [perplexity, azure, openai] = ['perplexity', 'azure-openai', 'openai'].map(findProvider);
    expect(perplexity && buildModelList(perplexity, { secret })).toBeNull();
    expect(azure && buildModelList(azure, { secret })).toBeNull();
    expect(openai && buildModelList(openai, { secret: 'two words' })).toBeNull();
  });
});
