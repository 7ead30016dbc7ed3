import { type Answer, jsonAnswer } from '../answer.ts';

/** GET {base}/models in OpenAI's shape. */
export function openaiModelList(ids: readonly string[], owner: string): Answer {
  const data = ids.map((id) => ({ id, object: 'model', created: 1_760_000_000, owned_by: owner }));
  return jsonAnswer({ object: 'list', data });
}

/** GET /v1/models in Anthropic's shape. */
export function anthropicModelList(ids: readonly string[]): Answer {
  const data = ids.map((id) => ({ type: 'model', id, display_name: id, created_at: '2026-01-01T00:00:00Z' }));
  return jsonAnswer({ data, has_more: false, first_id: ids[0] ?? null, last_id: ids.at(-1) ?? null });
}

/** GET /v1beta/models in Gemini's shape. */
export function geminiModelList(ids: readonly string[]): Answer {
  const models = ids.map((id) => ({
    name: `models/${id}`,
    version: '001',
    displayName: id,
    inputTokenLimit: 1_048_576,
    outputTokenLimit: 65_536,
    supportedGenerationMethods: ['generateContent', 'countTokens', 'streamGenerateContent'],
  }));
  return jsonAnswer({ models });
}
