import { type Answer, jsonAnswer, type ModelCall } from '../answer.ts';

/** POST {base}/moderations: free, one result for each input. */
export function answerModerations(call: ModelCall): Answer {
  const inputs: readonly unknown[] = Array.isArray(call.body.input) ? call.body.input : [call.body.input];
  const results = inputs.map(() => ({
    flagged: false,
    categories: { harassment: false, violence: false },
    category_scores: { harassment: 0.01, violence: 0.01 },
  }));
  return jsonAnswer({ id: `modr-${call.id}`, model: call.model, results });
}

/** POST {base}/rerank, in the shape that Jina, Voyage, SiliconFlow and others share: the order stays as it came. */
export function answerRerank(call: ModelCall): Answer {
  const documents: readonly unknown[] = Array.isArray(call.body.documents) ? call.body.documents : [];
  const top = call.body.top_n;
  const count = typeof top === 'number' ? Math.min(top, documents.length) : documents.length;
  const results = documents.slice(0, count).map((document, index) => ({
    index,
    relevance_score: 1 / (index + 1),
    ...(call.body.return_documents === true ? { document: { text: document } } : {}),
  }));
  const usage = { ...call.usage, outputTokens: 0, reasoningTokens: 0 };
  const told = { prompt_tokens: usage.inputTokens, total_tokens: usage.inputTokens };
  const body = { id: `rerank-${call.id}`, model: call.model, results, ...(call.tellsUsage ? { usage: told } : {}) };
  return jsonAnswer(body, usage, call.tellsUsage);
}
