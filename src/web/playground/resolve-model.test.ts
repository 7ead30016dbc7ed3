import { expect, it } from 'vitest';
import type { Dialect } from '../../contract/vocabulary.ts';
import type { ProviderSummary } from '../credentials/credential.ts';
import { resolveModel } from './resolve-model.ts';

const dialects: Readonly<Record<string, readonly Dialect[]>> = {
  openai: ['openai-chat', 'openai-responses'],
  anthropic: ['anthropic-messages', 'openai-chat'],
  google: ['gemini', 'openai-chat'],
  vertex: ['gemini'],
  odd: ['openai-responses', 'openai-chat'],
};

function find(id: string): ProviderSummary | undefined {
  const found = dialects[id];
  if (found === undefined) return undefined;
  const nothing = { name: id, nameZh: id, baseUrl: null, baseUrlExample: null, region: '', consoleUrl: null };
  const facts = { docsUrl: null, keyPrefix: null, siblings: [], hasBalance: false, isKeyOptional: false };
  return { id, ...nothing, ...facts, dialects: [...found], models: 0, isCustom: false };
}

const resolve = (model: string, providerIds: string[], known: { id: string; provider: string }[] = []) =>
  resolveModel({ model, providerIds, known, providers: { find } });

it('a single provider is asked in its main dialect, whatever the model is called', () => {
  expect(resolve('anything', ['anthropic'])).toEqual({ provider: 'anthropic', dialect: 'anthropic-messages' });
  expect(resolve('anything', ['vertex'])).toEqual({ provider: 'vertex', dialect: 'gemini' });
  expect(resolve('anything', ['odd'])).toEqual({ provider: 'odd', dialect: 'openai-chat' });
});

it('among several, the name or the list of models tells', () => {
  expect(resolve('anthropic/claude-x', ['openai', 'anthropic'])).toMatchObject({ dialect: 'anthropic-messages' });
  expect(resolve('x', ['openai', 'google'], [{ id: 'x', provider: 'google' }])).toMatchObject({ dialect: 'gemini' });
});

it('an unknown model goes where its family lives, else to OpenAI style', () => {
  expect(resolve('claude-next', ['openai', 'anthropic'])).toEqual({ provider: null, dialect: 'anthropic-messages' });
  expect(resolve('gemini-next', ['openai', 'vertex'])).toEqual({ provider: null, dialect: 'gemini' });
  expect(resolve('claude-next', ['openai', 'google'])).toEqual({ provider: null, dialect: 'openai-chat' });
  expect(resolve('x', ['google', 'vertex'])).toEqual({ provider: null, dialect: 'gemini' });
  expect(resolve('x', [])).toEqual({ provider: null, dialect: 'openai-chat' });
});
