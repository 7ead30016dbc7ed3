import { type Answer, type Frame, jsonAnswer, type ModelCall, sse } from '../answer.ts';

/** POST {base}/responses, as one object or as the full sequence of named events; usage is always told at the end. */
export function answerResponses(call: ModelCall): Answer {
  if (call.body.stream !== true) return jsonAnswer(completedResponse(call), call.usage, call.tellsUsage);
  const failure = { code: 'server_error', message: 'The server had an error while processing your request.' };
  const failed = { ...openResponse(call), status: 'failed', error: failure };
  const errorFrames = [
    { type: 'error', error: { type: 'server_error', ...failure, param: null } },
    { type: 'response.failed', response: failed },
  ];
  return {
    kind: 'stream',
    contentType: 'text/event-stream; charset=utf-8',
    frames: numbered(responseEvents(call)).map(
      (event): Frame => ({
        text: sse(event, event.type),
        hasUsage: event.type === 'response.completed' && call.tellsUsage,
      }),
    ),
    errorFrames: errorFrames.map((event, position) =>
      sse({ ...event, sequence_number: 1_000_000 + position }, event.type),
    ),
    usage: call.usage,
  };
}

interface ResponseEvent {
  readonly type: string;
  readonly [field: string]: unknown;
}

function numbered(events: readonly ResponseEvent[]): ResponseEvent[] {
  return events.map((event, position) => ({ ...event, sequence_number: position }));
}

function responseEvents(call: ModelCall): ResponseEvent[] {
  const itemId = `msg_${call.id}`;
  const place = { item_id: itemId, output_index: 0, content_index: 0 };
  const text = call.words.join('');
  const emptyItem = { id: itemId, type: 'message', status: 'in_progress', role: 'assistant', content: [] };
  const deltas = call.words.map((delta) => ({ type: 'response.output_text.delta', ...place, delta, logprobs: [] }));
  return [
    { type: 'response.created', response: openResponse(call) },
    { type: 'response.in_progress', response: openResponse(call) },
    { type: 'response.output_item.added', output_index: 0, item: emptyItem },
    { type: 'response.content_part.added', ...place, part: outputText('') },
    ...deltas,
    { type: 'response.output_text.done', ...place, text, logprobs: [] },
    { type: 'response.content_part.done', ...place, part: outputText(text) },
    { type: 'response.output_item.done', output_index: 0, item: messageItem(call) },
    { type: 'response.completed', response: completedResponse(call) },
  ];
}

function outputText(text: string): object {
  return { type: 'output_text', text, annotations: [], logprobs: [] };
}

function messageItem(call: ModelCall): object {
  const content = [outputText(call.words.join(''))];
  return { id: `msg_${call.id}`, type: 'message', status: 'completed', role: 'assistant', content };
}

function openResponse(call: ModelCall): object {
  return {
    id: `resp_${call.id}`,
    object: 'response',
    created_at: 1_760_000_000,
    status: 'in_progress',
    error: null,
    incomplete_details: null,
    instructions: null,
    metadata: {},
    model: call.model,
    output: [],
    parallel_tool_calls: true,
    temperature: 1,
    tool_choice: 'auto',
    tools: [],
    top_p: 1,
    usage: null,
  };
}

function completedResponse(call: ModelCall): object {
  const usage = {
    input_tokens: call.usage.inputTokens,
    input_tokens_details: {
      cached_tokens: call.usage.cacheReadTokens,
      cache_write_tokens: call.usage.cacheWriteTokens,
    },
    output_tokens: call.usage.outputTokens,
    output_tokens_details: { reasoning_tokens: call.usage.reasoningTokens },
    total_tokens: call.usage.inputTokens + call.usage.outputTokens,
  };
  return {
    ...openResponse(call),
    status: 'completed',
    output: [messageItem(call)],
    usage: call.tellsUsage ? usage : null,
  };
}
