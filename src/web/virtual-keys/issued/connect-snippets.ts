import type { Dialect } from '../../../contract/vocabulary.ts';

export interface ConnectSnippet {
  name: string;
  text: string;
}

/** The dialects that a client can be pointed at the gateway with. */
export type ClientDialect = Exclude<Dialect, 'openai-responses'>;

interface ConnectInput {
  /** Scheme, host and port of this product. */
  origin: string;
  /** The secret, or what stands for it on the screen. */
  secret: string;
  /** An example model for each dialect that the keys behind speak; a dialect without one has no snippet. */
  models: Readonly<Partial<Record<ClientDialect, string>>>;
}

/** Where each kind of client expects the gateway. */
export function baseUrlsOf(origin: string): Record<ClientDialect, string> {
  return { 'openai-chat': `${origin}/v1`, 'anthropic-messages': origin, gemini: `${origin}/v1beta` };
}

/** Ready lines that point the usual tools at the gateway. */
export function connectSnippets({ origin, secret, models }: ConnectInput): ConnectSnippet[] {
  const openai = models['openai-chat'];
  const anthropic = models['anthropic-messages'];
  const { gemini } = models;
  return [
    ...(openai === undefined ? [] : openAiSnippets({ origin, secret, model: openai })),
    ...(anthropic === undefined ? [] : anthropicSnippets({ origin, secret, model: anthropic })),
    ...(gemini === undefined ? [] : [geminiSnippet({ origin, secret, model: gemini })]),
  ];
}

interface OneDialect {
  origin: string;
  secret: string;
  model: string;
}

const quoted = (text: string): string => JSON.stringify(text);
/** For single quotes of a shell; a quote in a model id would end them. */
const inShell = (text: string): string => text.replaceAll("'", "'\\''");

function openAiSnippets({ origin, secret, model }: OneDialect): ConnectSnippet[] {
  const body = JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello' }] });
  const curl = [
    `curl ${origin}/v1/chat/completions \\`,
    `  -H "Authorization: Bearer ${secret}" \\`,
    '  -H "Content-Type: application/json" \\',
    `  -d '${inShell(body)}'`,
  ];
  const python = [
    'from openai import OpenAI',
    '',
    `client = OpenAI(base_url=${quoted(`${origin}/v1`)}, api_key=${quoted(secret)})`,
    'reply = client.chat.completions.create(',
    `    model=${quoted(model)},`,
    '    messages=[{"role": "user", "content": "Hello"}],',
    ')',
    'print(reply.choices[0].message.content)',
  ];
  const javaScript = [
    "import OpenAI from 'openai';",
    '',
    `const client = new OpenAI({ baseURL: ${quoted(`${origin}/v1`)}, apiKey: ${quoted(secret)} });`,
    'const reply = await client.chat.completions.create({',
    `  model: ${quoted(model)},`,
    "  messages: [{ role: 'user', content: 'Hello' }],",
    '});',
    'console.log(reply.choices[0].message.content);',
  ];
  return [
    { name: 'curl', text: curl.join('\n') },
    { name: 'Python', text: python.join('\n') },
    { name: 'JavaScript', text: javaScript.join('\n') },
  ];
}

function anthropicSnippets({ origin, secret, model }: OneDialect): ConnectSnippet[] {
  const claudeCode = [
    `export ANTHROPIC_BASE_URL=${quoted(origin)}`,
    `export ANTHROPIC_AUTH_TOKEN=${quoted(secret)}`,
    `export ANTHROPIC_MODEL=${quoted(model)}`,
    'claude',
  ];
  const python = [
    'from anthropic import Anthropic',
    '',
    `client = Anthropic(base_url=${quoted(origin)}, api_key=${quoted(secret)})`,
    'reply = client.messages.create(',
    `    model=${quoted(model)},`,
    '    max_tokens=1024,',
    '    messages=[{"role": "user", "content": "Hello"}],',
    ')',
    'print(reply.content[0].text)',
  ];
  return [
    { name: 'Claude Code', text: claudeCode.join('\n') },
    { name: 'Anthropic', text: python.join('\n') },
  ];
}

function geminiSnippet({ origin, secret, model }: OneDialect): ConnectSnippet {
  const python = [
    'from google import genai',
    '',
    `client = genai.Client(api_key=${quoted(secret)}, http_options={"base_url": ${quoted(origin)}})`,
    `reply = client.models.generate_content(model=${quoted(model)}, contents="Hello")`,
    'print(reply.text)',
  ];
  return { name: 'Gemini', text: python.join('\n') };
}
