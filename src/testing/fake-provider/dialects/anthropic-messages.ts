import { type Answer, type Frame, jsonAnswer, type ModelCall, sse } from '../answer.ts';

const PING = sse({ type: 'ping' }, 'ping');
// Nobody checks it, and it comes back unchanged with the next request.
const SIGNATURE = Buffer.from('signature of the fake provider').toString('base64');

/** POST {base}/messages. Input tokens leave cached and written input out, as Anthropic counts them. */
export function answerMessages(call: ModelCall): Answer {
  const message = { id: `msg_${call.id}`, type: 'message', role: 'assistant', model: call.model };
  const input = inputFields(call);
  const output = { ...input, output_tokens: call.usage.outputTokens };
  if (call.body.stream === true) {
    const startUsage = call.tellsUsage ? { usage: { ...input, output_tokens: 1 } } : {};
    const start = { ...message, content: [], stop_reason: null, stop_sequence: null, ...startUsage };
    const overloaded = { type: 'error', error: { details: null, type: 'overloaded_error', message: 'Overloaded' } };
    return {
      kind: 'stream',
      contentType: 'text/event-stream; charset=utf-8',
      frames: messageFrames(call, start, output),
      errorFrames: [sse(overloaded, 'error')],
      ping: PING,
      usage: call.usage,
    };
  }
  const content = contentBlocks(call).map(({ whole }) => whole);
  const usage = call.tellsUsage ? { usage: { ...output, service_tier: 'standard' } } : {};
  const body = { ...message, content, stop_reason: stopReason(call), stop_sequence: null, ...usage };
  return jsonAnswer(body, call.usage, call.tellsUsage);
}

/** POST {base}/messages/count_tokens: free, so it has no usage. */
export function answerCountTokens(call: ModelCall): Answer {
  return jsonAnswer({ input_tokens: call.usage.inputTokens });
}

function inputFields({ usage }: ModelCall): object {
  return {
    input_tokens: usage.inputTokens - usage.cacheReadTokens - usage.cacheWriteTokens,
    cache_creation_input_tokens: usage.cacheWriteTokens,
    cache_read_input_tokens: usage.cacheReadTokens,
    cache_creation: { ephemeral_5m_input_tokens: usage.cacheWriteTokens, ephemeral_1h_input_tokens: 0 },
  };
}

interface MessageEvent {
  readonly type: string;
  readonly [field: string]: unknown;
}

interface Block {
  readonly start: object;
  readonly deltas: readonly object[];
  /** As it stands in a reply that is not streamed. */
  readonly whole: object;
}

function contentBlocks(call: ModelCall): Block[] {
  const blocks: Block[] = [];
  if (call.thoughts.length > 0) {
    const deltas = call.thoughts.map((thinking) => ({ type: 'thinking_delta', thinking }));
    blocks.push({
      start: { type: 'thinking', thinking: '', signature: '' },
      deltas: [...deltas, { type: 'signature_delta', signature: SIGNATURE }],
      whole: { type: 'thinking', thinking: call.thoughts.join(''), signature: SIGNATURE },
    });
  }
  if (call.toolCalls.length === 0) {
    blocks.push({
      start: { type: 'text', text: '' },
      deltas: call.words.map((text) => ({ type: 'text_delta', text })),
      whole: { type: 'text', text: call.words.join('') },
    });
  }
  for (const { position, name, input, pieces } of call.toolCalls) {
    const tool = { type: 'tool_use', id: `toolu_${call.id}_${position}`, name };
    blocks.push({
      start: { ...tool, input: {} },
      deltas: pieces.map((piece) => ({ type: 'input_json_delta', partial_json: piece })),
      whole: { ...tool, input },
    });
  }
  return blocks;
}

function stopReason(call: ModelCall): string {
  return call.toolCalls.length > 0 ? 'tool_use' : 'end_turn';
}

function messageFrames(call: ModelCall, start: object, output: object): Frame[] {
  const event = (data: MessageEvent, hasUsage = false): Frame => ({ text: sse(data, data.type), hasUsage });
  const delta = { stop_reason: stopReason(call), stop_sequence: null };
  const blocks = contentBlocks(call).flatMap((block, index) => [
    event({ type: 'content_block_start', index, content_block: block.start }),
    ...(index === 0 ? [{ text: PING }] : []),
    ...block.deltas.map((one) => event({ type: 'content_block_delta', index, delta: one })),
    event({ type: 'content_block_stop', index }),
  ]);
  return [
    event({ type: 'message_start', message: start }),
    ...blocks,
    event({ type: 'message_delta', delta, ...(call.tellsUsage ? { usage: output } : {}) }, call.tellsUsage),
    event({ type: 'message_stop' }),
  ];
}
