import { expect, it } from 'vitest';
import { snippetsOf } from './snippets.ts';
import type { ChatRequest } from './wire.ts';

const origin = 'https://keys.example.com';
const request: ChatRequest = {
  dialect: 'openai-chat',
  hasCompletionLimit: false,
  model: 'model-1',
  system: 'Be brief.',
  messages: [{ role: 'user', text: "It's me" }],
  temperature: 0.5,
  maxTokens: 100,
};
const dialects = ['openai-chat', 'anthropic-messages', 'gemini'] as const;

it.each(dialects)('every %s snippet holds the address, the model, the prompt and the settings', (dialect) => {
  const snippets = snippetsOf({ ...request, dialect }, origin);
  expect(snippets.map(({ name }) => name)).toEqual(['curl', 'Python', 'JavaScript']);
  for (const { text } of snippets) {
    expect(text).toContain(origin);
    expect(text).toContain('model-1');
    expect(text).toContain('Be brief.');
    expect(text).toContain('AKM_KEY');
    expect(text).toMatch(/0\.5/);
    expect(text).toMatch(/100/);
  }
});

it('a quote in a message does not leave the quotes of the shell', () => {
  const [curl] = snippetsOf(request, origin);
  expect(curl?.text).toContain(`It'\\''s me`);
});

it.each(dialects)('a %s snippet in Python holds no word of JavaScript', (dialect) => {
  const python = snippetsOf({ ...request, dialect }, origin)[1]?.text ?? '';
  expect(python).not.toMatch(/\b(?:true|false|null)\b/);
});
