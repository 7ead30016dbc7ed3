import { expect, it } from 'vitest';
import { connectSnippets } from './connect-snippets.ts';

const origin = 'https://keys.example.com';
const models = { 'openai-chat': 'gpt-x', 'anthropic-messages': 'claude-x', gemini: 'gemini-x' };

it('every snippet holds the address of the gateway, the secret and a model', () => {
  const secret = `sk-akm-${'a'.repeat(49)}`;
  const snippets = connectSnippets({ origin, secret, models });
  expect(snippets.map(({ name }) => name)).toEqual([
    'curl',
    'Python',
    'JavaScript',
    'Claude Code',
    'Anthropic',
    'Gemini',
  ]);
  for (const { text } of snippets) {
    expect(text).toContain(origin);
    expect(text).toContain(secret);
    expect(text).toMatch(/gpt-x|claude-x|gemini-x/);
  }
});

it('a dialect that no key behind speaks has no snippet', () => {
  const names = connectSnippets({ origin, secret: 's', models: { 'anthropic-messages': 'claude-x' } });
  expect(names.map(({ name }) => name)).toEqual(['Claude Code', 'Anthropic']);
});

it('OpenAI clients get /v1, Anthropic clients the origin alone', () => {
  const of = (name: string) => connectSnippets({ origin, secret: 's', models }).find((one) => one.name === name)?.text;
  expect(of('Python')).toContain(`base_url="${origin}/v1"`);
  expect(of('Anthropic')).toContain(`base_url="${origin}"`);
  expect(of('Claude Code')).not.toContain('/v1');
});

it('a quote in a model id does not leave the quotes of the shell', () => {
  const [curl] = connectSnippets({ origin, secret: 's', models: { 'openai-chat': "a';id;'" } });
  expect(curl?.text).toContain(`a'\\'';id;'\\''`);
});
