import type { ClientDialect } from '../virtual-keys/issued/connect-snippets.ts';

export interface ChatMessage {
  role: 'user' | 'assistant';
  text: string;
}

/** What is asked, whatever the dialect. */
export interface ChatRequest {
  dialect: ClientDialect;
  /** Whether the provider takes `max_completion_tokens` in place of `max_tokens`. */
  hasCompletionLimit: boolean;
  model: string;
  system: string;
  messages: readonly ChatMessage[];
  temperature: number | null;
  maxTokens: number | null;
}

export interface WireCall {
  path: string;
  headers: Record<string, string>;
  body: Record<string, unknown>;
}

/** Anthropic demands a limit. */
const ANTHROPIC_MAX_TOKENS = 4096;

/** How each dialect writes a streamed call. `secret` stands where the dialect expects the key. */
export function wireCallOf(request: ChatRequest, secret: string): WireCall {
  switch (request.dialect) {
    case 'openai-chat':
      return openAiCall(request, secret);
    case 'anthropic-messages':
      return anthropicCall(request, secret);
    case 'gemini':
      return geminiCall(request, secret);
  }
}

const json = { 'content-type': 'application/json' };

function openAiCall(request: ChatRequest, secret: string): WireCall {
  const { model, system, messages, temperature, maxTokens, hasCompletionLimit } = request;
  const limit = hasCompletionLimit ? 'max_completion_tokens' : 'max_tokens';
  return {
    path: '/v1/chat/completions',
    headers: { authorization: `Bearer ${secret}`, ...json },
    body: {
      model,
      messages: [
        ...(system === '' ? [] : [{ role: 'system', content: system }]),
        ...messages.map(({ role, text }) => ({ role, content: text })),
      ],
      ...(temperature === null ? {} : { temperature }),
      ...(maxTokens === null ? {} : { [limit]: maxTokens }),
      stream: true,
    },
  };
}

function anthropicCall(request: ChatRequest, secret: string): WireCall {
  const { model, system, messages, temperature, maxTokens } = request;
  return {
    path: '/v1/messages',
    headers: { 'x-api-key': secret, 'anthropic-version': '2023-06-01', ...json },
    body: {
      model,
      max_tokens: maxTokens ?? ANTHROPIC_MAX_TOKENS,
      ...(system === '' ? {} : { system }),
      messages: messages.map(({ role, text }) => ({ role, content: text })),
      ...(temperature === null ? {} : { temperature }),
      stream: true,
    },
  };
}

function geminiCall(request: ChatRequest, secret: string): WireCall {
  const { model, system, messages, temperature, maxTokens } = request;
  const generationConfig = {
    ...(temperature === null ? {} : { temperature }),
    ...(maxTokens === null ? {} : { maxOutputTokens: maxTokens }),
  };
  const place = model.split('/').map(encodeURIComponent).join('/');
  return {
    path: `/v1beta/models/${place}:streamGenerateContent?alt=sse`,
    headers: { 'x-goog-api-key': secret, ...json },
    body: {
      contents: messages.map(({ role, text }) => ({
        role: role === 'assistant' ? 'model' : 'user',
        parts: [{ text }],
      })),
      ...(system === '' ? {} : { systemInstruction: { parts: [{ text: system }] } }),
      ...(Object.keys(generationConfig).length === 0 ? {} : { generationConfig }),
    },
  };
}
