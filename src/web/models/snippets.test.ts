import { expect, it } from 'vitest';
import { dialects } from '../../contract/vocabulary.ts';
import { snippetsOf } from './snippets.ts';

const input = {
  modelId: 'some/model-1',
  baseUrl: 'https://llm.example.com/v1',
  variable: 'EXAMPLE_API_KEY',
  authHeader: { name: 'x-api-key', isBearer: false },
  isEmbedding: false,
} as const;

it.each(dialects)('a %s snippet names host, model and variable', (dialect) => {
  const snippets = snippetsOf({ ...input, dialect });
  expect(snippets.length).toBeGreaterThan(0);
  for (const { text } of snippets) {
    expect(text).toContain('https://llm.example.com/v1');
    expect(text).toContain('some/model-1');
    expect(text).toContain('EXAMPLE_API_KEY');
  }
});

it('an embedding model is called at the embeddings path', () => {
  const [snippet] = snippetsOf({ ...input, dialect: 'openai-chat', isEmbedding: true });
  expect(snippet?.text).toContain('https://llm.example.com/v1/embeddings');
});

it('a quote in a model id does not leave the quotes of the shell', () => {
  const [snippet] = snippetsOf({ ...input, dialect: 'openai-chat', modelId: "a';rm -rf /;'" });
  expect(snippet?.text).toContain(`a'\\'';rm -rf /;'\\''`);
});

it('the secret travels in the header that the provider reads', () => {
  const text = (authHeader: { name: string; isBearer: boolean }) =>
    snippetsOf({ ...input, dialect: 'openai-chat', authHeader })[0]?.text;
  expect(text({ name: 'Authorization', isBearer: true })).toContain('-H "Authorization: Bearer $EXAMPLE_API_KEY"');
  expect(text({ name: 'api-key', isBearer: false })).toContain('-H "api-key: $EXAMPLE_API_KEY"');
});
