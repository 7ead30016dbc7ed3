import { type Answer, type Frame, jsonAnswer, type ModelCall, SSE_COMMENT, sse } from '../answer.ts';
import { argumentsOf, type FakeToolCall } from '../tool-calls.ts';

/**
 * POST {base}/responses, as one object or as the full sequence of named events; usage is always told at the end.
 * `response` is the complete object, for a server that stores it.
 */
export function answerResponses(call: ModelCall): { answer: Answer; response: { readonly id: string } } {
  const items = outputItems(call);
  const response = completedResponse(call, items);
  // In the background the answer is made later; what comes now is empty and tells no usage.
  if (call.body.background === true && call.body.stream !== true) {
    const queued = { ...openResponse(call), status: 'queued', background: true, usage: null };
    return { answer: jsonAnswer(queued, call.usage, false), response };
  }
  if (call.body.stream !== true) return { answer: jsonAnswer(response, call.usage, call.tellsUsage), response };
  const failure = { code: 'server_error', message: 'The server had an error while processing your request.' };
  const failed = { ...openResponse(call), status: 'failed', error: failure };
  const errorFrames = [
    { type: 'error', error: { type: 'server_error', ...failure, param: null } },
    { type: 'response.failed', response: failed },
  ];
  const answer: Answer = {
    kind: 'stream',
    contentType: 'text/event-stream; charset=utf-8',
    frames: responseEvents(call, items, response).map((event, position): Frame => {
      const text = sse({ ...event, sequence_number: position }, event.type);
      return { text, hasUsage: event.type === 'response.completed' && call.tellsUsage };
    }),
    errorFrames: errorFrames.map((event, position) =>
      sse({ ...event, sequence_number: 1_000_000 + position }, event.type),
    ),
    ping: SSE_COMMENT,
    usage: call.usage,
  };
  return { answer, response };
}

interface ResponseEvent {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** One item of the output: as it is announced, what happens inside it, and as it ends. */
interface OutputItem {
  readonly added: object;
  readonly events: (outputIndex: number) => ResponseEvent[];
  readonly done: object;
}

function responseEvents(call: ModelCall, items: readonly OutputItem[], response: object): ResponseEvent[] {
  return [
    { type: 'response.created', response: openResponse(call) },
    { type: 'response.in_progress', response: openResponse(call) },
    ...items.flatMap((item, outputIndex): ResponseEvent[] => [
      { type: 'response.output_item.added', output_index: outputIndex, item: item.added },
      ...item.events(outputIndex),
      { type: 'response.output_item.done', output_index: outputIndex, item: item.done },
    ]),
    { type: 'response.completed', response },
  ];
}

function outputItems(call: ModelCall): OutputItem[] {
  const reasoning = call.thoughts.length > 0 ? [reasoningItem(call)] : [];
  const rest = call.toolCalls.length > 0 ? call.toolCalls.map((one) => callItem(call, one)) : [messageItem(call)];
  return [...reasoning, ...rest];
}

function reasoningItem(call: ModelCall): OutputItem {
  const id = `rs_${call.id}`;
  const text = call.thoughts.join('');
  const asked = call.body.include;
  const isEncrypted = Array.isArray(asked) && asked.includes('reasoning.encrypted_content');
  const encrypted = isEncrypted ? { encrypted_content: Buffer.from(text).toString('base64') } : {};
  const part = (content: string): object => ({ type: 'summary_text', text: content });
  return {
    added: { id, type: 'reasoning', summary: [] },
    events: (outputIndex) => {
      const place = { item_id: id, output_index: outputIndex, summary_index: 0 };
      const deltas = call.thoughts.map((delta) => ({ type: 'response.reasoning_summary_text.delta', ...place, delta }));
      return [
        { type: 'response.reasoning_summary_part.added', ...place, part: part('') },
        ...deltas,
        { type: 'response.reasoning_summary_text.done', ...place, text },
        { type: 'response.reasoning_summary_part.done', ...place, part: part(text) },
      ];
    },
    done: { id, type: 'reasoning', summary: [part(text)], ...encrypted },
  };
}

function messageItem(call: ModelCall): OutputItem {
  const id = `msg_${call.id}`;
  const text = call.words.join('');
  const part = (content: string): object => ({ type: 'output_text', text: content, annotations: [], logprobs: [] });
  const item = { id, type: 'message', role: 'assistant' };
  return {
    added: { ...item, status: 'in_progress', content: [] },
    events: (outputIndex) => {
      const place = { item_id: id, output_index: outputIndex, content_index: 0 };
      const deltas = call.words.map((delta) => ({ type: 'response.output_text.delta', ...place, delta, logprobs: [] }));
      return [
        { type: 'response.content_part.added', ...place, part: part('') },
        ...deltas,
        { type: 'response.output_text.done', ...place, text, logprobs: [] },
        { type: 'response.content_part.done', ...place, part: part(text) },
      ];
    },
    done: { ...item, status: 'completed', content: [part(text)] },
  };
}

function callItem(call: ModelCall, one: FakeToolCall): OutputItem {
  const id = `fc_${call.id}_${one.position}`;
  const item = { id, type: 'function_call', call_id: `call_${call.id}_${one.position}`, name: one.name };
  const whole = argumentsOf(one);
  return {
    added: { ...item, status: 'in_progress', arguments: '' },
    events: (outputIndex) => {
      const place = { item_id: id, output_index: outputIndex };
      const deltas = one.pieces.map((delta) => ({ type: 'response.function_call_arguments.delta', ...place, delta }));
      const done = { type: 'response.function_call_arguments.done', ...place, name: one.name, arguments: whole };
      return [...deltas, done];
    },
    done: { ...item, status: 'completed', arguments: whole },
  };
}

function openResponse(call: ModelCall): { readonly id: string; readonly [field: string]: unknown } {
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
    previous_response_id: call.body.previous_response_id ?? null,
    temperature: 1,
    tool_choice: 'auto',
    tools: [],
    top_p: 1,
    usage: null,
  };
}

function completedResponse(call: ModelCall, items: readonly OutputItem[]): ReturnType<typeof openResponse> {
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
    output: items.map(({ done }) => done),
    usage: call.tellsUsage ? usage : null,
  };
}
