import type { Dialect } from '../../contract/vocabulary.ts';

export interface Snippet {
  name: 'curl' | 'Python';
  text: string;
}

interface SnippetInput {
  modelId: string;
  /** The provider's main dialect, the address it is spoken at, and the header that carries the secret. */
  dialect: Dialect;
  baseUrl: string;
  authHeader: { name: string; isBearer: boolean };
  /** The environment variable that holds the secret. */
  variable: string;
  isEmbedding: boolean;
}

/** How to call a model, ready to paste. The secret comes from the environment and never stands in the text. */
export function snippetsOf(input: SnippetInput): Snippet[] {
  const { dialect, isEmbedding } = input;
  if (isEmbedding) return isOpenAi(dialect) ? [{ name: 'curl', text: embeddingCurl(input) }] : [];
  switch (dialect) {
    case 'openai-chat':
    case 'openai-responses':
      return [
        { name: 'curl', text: openAiCurl(input) },
        { name: 'Python', text: openAiPython(input) },
      ];
    case 'anthropic-messages':
      return [
        { name: 'curl', text: anthropicCurl(input) },
        { name: 'Python', text: anthropicPython(input) },
      ];
    case 'gemini':
      return [{ name: 'curl', text: geminiCurl(input) }];
  }
}

function isOpenAi(dialect: Dialect): boolean {
  return dialect === 'openai-chat' || dialect === 'openai-responses';
}

/** JSON inside single quotes of a shell; a quote in a model id would end them. */
function shellJson(body: Readonly<Record<string, unknown>>): string {
  const lines = Object.entries(body).map(([name, value]) => `    ${JSON.stringify(name)}: ${JSON.stringify(value)}`);
  return `'{\n${lines.join(',\n').replaceAll("'", "'\\''")}\n  }'`;
}

function authLine({ authHeader, variable }: SnippetInput): string {
  return `  -H "${authHeader.name}: ${authHeader.isBearer ? 'Bearer ' : ''}$${variable}" \\`;
}

const messages = [{ role: 'user', content: 'Hello' }];

function openAiCurl(input: SnippetInput): string {
  const { baseUrl, modelId, dialect } = input;
  const isChat = dialect === 'openai-chat';
  const body = isChat ? { model: modelId, messages } : { model: modelId, input: 'Hello' };
  return [
    `curl ${baseUrl}/${isChat ? 'chat/completions' : 'responses'} \\`,
    authLine(input),
    '  -H "Content-Type: application/json" \\',
    `  -d ${shellJson(body)}`,
  ].join('\n');
}

function embeddingCurl(input: SnippetInput): string {
  const { baseUrl, modelId } = input;
  return [
    `curl ${baseUrl}/embeddings \\`,
    authLine(input),
    '  -H "Content-Type: application/json" \\',
    `  -d ${shellJson({ model: modelId, input: 'Hello' })}`,
  ].join('\n');
}

function openAiPython({ baseUrl, variable, modelId }: SnippetInput): string {
  return [
    'import os',
    'from openai import OpenAI',
    '',
    `client = OpenAI(api_key=os.environ["${variable}"], base_url=${JSON.stringify(baseUrl)})`,
    'reply = client.chat.completions.create(',
    `    model=${JSON.stringify(modelId)},`,
    '    messages=[{"role": "user", "content": "Hello"}],',
    ')',
    'print(reply.choices[0].message.content)',
  ].join('\n');
}

function anthropicCurl(input: SnippetInput): string {
  const { baseUrl, modelId } = input;
  return [
    `curl ${baseUrl}/v1/messages \\`,
    authLine(input),
    '  -H "anthropic-version: 2023-06-01" \\',
    '  -H "Content-Type: application/json" \\',
    `  -d ${shellJson({ model: modelId, max_tokens: 1024, messages })}`,
  ].join('\n');
}

function anthropicPython({ baseUrl, variable, modelId }: SnippetInput): string {
  return [
    'import os',
    'from anthropic import Anthropic',
    '',
    `client = Anthropic(api_key=os.environ["${variable}"], base_url=${JSON.stringify(baseUrl)})`,
    'reply = client.messages.create(',
    `    model=${JSON.stringify(modelId)},`,
    '    max_tokens=1024,',
    '    messages=[{"role": "user", "content": "Hello"}],',
    ')',
    'print(reply.content[0].text)',
  ].join('\n');
}

function geminiCurl(input: SnippetInput): string {
  const { baseUrl, modelId } = input;
  return [
    `curl ${baseUrl}/v1beta/models/${modelId}:generateContent \\`,
    authLine(input),
    '  -H "Content-Type: application/json" \\',
    `  -d ${shellJson({ contents: [{ parts: [{ text: 'Hello' }] }] })}`,
  ].join('\n');
}
