import { type Answer, type Frame, jsonAnswer, type ModelCall, sse } from '../answer.ts';

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
      usage: call.usage,
    };
  }
  const content = [{ type: 'text', text: call.words.join('') }];
  const usage = call.tellsUsage ? { usage: { ...output, service_tier: 'standard' } } : {};
  const body = { ...message, content, stop_reason: 'end_turn', stop_sequence: null, ...usage };
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

function messageFrames(call: ModelCall, start: object, output: object): Frame[] {
  const event = (data: MessageEvent, hasUsage = false): Frame => ({ text: sse(data, data.type), hasUsage });
  const delta = { stop_reason: 'end_turn', stop_sequence: null };
  return [
    event({ type: 'message_start', message: start }),
    event({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }),
    event({ type: 'ping' }),
    ...call.words.map((text) => event({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } })),
    event({ type: 'content_block_stop', index: 0 }),
    event({ type: 'message_delta', delta, ...(call.tellsUsage ? { usage: output } : {}) }, call.tellsUsage),
    event({ type: 'message_stop' }),
  ];
}
