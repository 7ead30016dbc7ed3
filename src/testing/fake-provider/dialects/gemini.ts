import { type Answer, type Frame, jsonAnswer, type ModelCall, SSE_COMMENT } from '../answer.ts';
import type { FakeUsage } from '../settings.ts';

/** POST {base}/models/{model}:{method}. Null for a method that the fake does not speak. */
export function answerGemini(call: ModelCall, method: string): Answer | null {
  if (method === 'generateContent') {
    const content = { parts: wholeParts(call), usage: call.usage, isLast: true };
    return jsonAnswer(generated(call, content), call.usage, call.tellsUsage);
  }
  if (method === 'streamGenerateContent') return streamGenerated(call);
  if (method === 'countTokens') return jsonAnswer({ totalTokens: call.usage.inputTokens });
  if (method === 'embedContent') return jsonAnswer({ embedding: { values: [0.1, 0.2, 0.3] } });
  if (method === 'batchEmbedContents') {
    const requests = call.body.requests;
    const count = Array.isArray(requests) ? requests.length : 1;
    return jsonAnswer({ embeddings: Array.from({ length: count }, () => ({ values: [0.1, 0.2, 0.3] })) });
  }
  return null;
}

/** Server-sent events with `alt=sse`; without it one JSON array that arrives in parts. */
function streamGenerated(call: ModelCall): Answer {
  const isSse = call.url.searchParams.get('alt') === 'sse';
  const parts = streamedParts(call);
  const chunks = parts.map((part, position) => {
    const isLast = position === parts.length - 1;
    // Gemini tells the usage in every chunk, counted up to there.
    const candidates = Math.max(0, position + 1 - call.thoughts.length);
    const usage = isLast ? call.usage : { ...call.usage, outputTokens: candidates + call.usage.reasoningTokens };
    return JSON.stringify(generated(call, { parts: [part], usage, isLast }));
  });
  const frames = chunks.map((chunk, position): Frame => {
    const isLast = position === chunks.length - 1;
    const inArray = `${position === 0 ? '[' : ',\r\n'}${chunk}${isLast ? ']' : ''}`;
    return { text: isSse ? `data: ${chunk}\r\n\r\n` : inArray, hasUsage: isLast && call.tellsUsage };
  });
  const error = JSON.stringify({
    error: { code: 500, message: 'An internal error has occurred.', status: 'INTERNAL' },
  });
  return {
    kind: 'stream',
    contentType: isSse ? 'text/event-stream' : 'application/json; charset=UTF-8',
    frames,
    errorFrames: [isSse ? `data: ${error}\r\n\r\n` : `,\r\n${error}]`],
    ...(isSse ? { ping: SSE_COMMENT } : {}),
    usage: call.usage,
  };
}

/** The signature stands on the first of parallel calls only, and must come back with it. */
function callParts(call: ModelCall): object[] {
  const signature = Buffer.from('signature of the fake provider').toString('base64');
  return call.toolCalls.map(({ position, name, input }) => ({
    functionCall: { id: `${call.id}-${position}`, name, args: input },
    ...(call.thoughts.length > 0 && position === 0 ? { thoughtSignature: signature } : {}),
  }));
}

function wholeParts(call: ModelCall): object[] {
  const thoughts = call.thoughts.length > 0 ? [{ text: call.thoughts.join(''), thought: true }] : [];
  const content = call.toolCalls.length > 0 ? callParts(call) : [{ text: call.words.join('') }];
  return [...thoughts, ...content];
}

function streamedParts(call: ModelCall): object[] {
  const thoughts = call.thoughts.map((text) => ({ text, thought: true }));
  const words = call.words.length > 0 ? call.words : [''];
  const content = call.toolCalls.length > 0 ? callParts(call) : words.map((text) => ({ text }));
  return [...thoughts, ...content];
}

function generated(
  call: ModelCall,
  { parts, usage, isLast }: { parts: readonly object[]; usage: FakeUsage; isLast: boolean },
): object {
  const candidate = {
    content: { parts, role: 'model' },
    ...(isLast ? { finishReason: 'STOP' } : {}),
    index: 0,
  };
  return {
    candidates: [candidate],
    ...(call.tellsUsage ? { usageMetadata: usageMetadata(usage) } : {}),
    modelVersion: call.model,
    responseId: call.id,
  };
}

/** Thoughts are counted beside the candidates, not inside them. */
function usageMetadata(usage: FakeUsage): object {
  return {
    promptTokenCount: usage.inputTokens,
    candidatesTokenCount: usage.outputTokens - usage.reasoningTokens,
    totalTokenCount: usage.inputTokens + usage.outputTokens,
    ...(usage.cacheReadTokens > 0 ? { cachedContentTokenCount: usage.cacheReadTokens } : {}),
    promptTokensDetails: [{ modality: 'TEXT', tokenCount: usage.inputTokens }],
    ...(usage.reasoningTokens > 0 ? { thoughtsTokenCount: usage.reasoningTokens } : {}),
  };
}
