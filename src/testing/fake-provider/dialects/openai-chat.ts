import { type Answer, type Frame, jsonAnswer, type ModelCall, SSE_COMMENT, sse } from '../answer.ts';
import type { FakeUsage } from '../settings.ts';
import { argumentsOf, type FakeToolCall } from '../tool-calls.ts';

export interface ChatRules {
  /** `asked`: an extra chunk, only for `stream_options.include_usage`. `last-chunk`: always, with the finish reason. */
  readonly streamUsage: 'asked' | 'last-chunk';
  readonly usageFields: (usage: FakeUsage) => object;
}

/** OpenAI's usage object: cached input is part of the input, reasoning is part of the output. */
export function chatUsage(usage: FakeUsage): Record<string, unknown> {
  return {
    prompt_tokens: usage.inputTokens,
    completion_tokens: usage.outputTokens,
    total_tokens: usage.inputTokens + usage.outputTokens,
    prompt_tokens_details: {
      cached_tokens: usage.cacheReadTokens,
      audio_tokens: 0,
      ...(usage.cacheWriteTokens > 0 ? { cache_write_tokens: usage.cacheWriteTokens } : {}),
    },
    completion_tokens_details: {
      reasoning_tokens: usage.reasoningTokens,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}

/** DeepSeek's: the hit and miss counts beside OpenAI's fields. */
export function deepseekChatUsage(usage: FakeUsage): object {
  return {
    ...chatUsage(usage),
    prompt_cache_hit_tokens: usage.cacheReadTokens,
    prompt_cache_miss_tokens: usage.inputTokens - usage.cacheReadTokens,
  };
}

/** Moonshot's: cached input at the top level. */
export function moonshotChatUsage(usage: FakeUsage): object {
  const { prompt_tokens_details: _details, ...rest } = chatUsage(usage);
  return { ...rest, cached_tokens: usage.cacheReadTokens };
}

/** xAI's: completion tokens leave the reasoning out, the total counts it. */
export function xaiChatUsage(usage: FakeUsage): object {
  return { ...chatUsage(usage), completion_tokens: usage.outputTokens - usage.reasoningTokens };
}

/** POST {base}/chat/completions, as one object or as a stream that ends with [DONE]. */
export function answerChat(call: ModelCall, rules: ChatRules): Answer {
  const envelope = { id: `chatcmpl-${call.id}`, created: 1_760_000_000, model: call.model };
  if (call.body.stream === true) {
    const chunkEnvelope = { ...envelope, object: 'chat.completion.chunk', system_fingerprint: 'fp_fake' };
    return streamOf(call, completionFrames(call, rules, { envelope: chunkEnvelope, ...chatChoices(call) }));
  }
  const message = {
    role: 'assistant',
    content: call.toolCalls.length > 0 ? null : call.words.join(''),
    refusal: null,
    ...(call.thoughts.length > 0 ? { reasoning_content: call.thoughts.join('') } : {}),
    ...(call.toolCalls.length > 0 ? { tool_calls: call.toolCalls.map((one) => wholeCall(call, one)) } : {}),
  };
  const choices = [{ index: 0, message, logprobs: null, finish_reason: finishReason(call) }];
  const body = { ...envelope, object: 'chat.completion', system_fingerprint: 'fp_fake', choices };
  return jsonAnswer({ ...body, usage: toldUsage(call, rules) }, call.usage, call.tellsUsage);
}

/** POST {base}/completions, the legacy endpoint without messages. */
export function answerCompletions(call: ModelCall, rules: ChatRules): Answer {
  const envelope = { id: `cmpl-${call.id}`, object: 'text_completion', created: 1_760_000_000, model: call.model };
  const choice = (text: string, reason: string | null): object => ({
    text,
    index: 0,
    logprobs: null,
    finish_reason: reason,
  });
  if (call.body.stream === true) {
    const choices = call.words.map((word) => choice(word, null));
    return streamOf(call, completionFrames(call, rules, { envelope, choices, lastChoice: choice('', 'stop') }));
  }
  const choices = [choice(call.words.join(''), 'stop')];
  return jsonAnswer({ ...envelope, choices, usage: toldUsage(call, rules) }, call.usage, call.tellsUsage);
}

function toldUsage(call: ModelCall, rules: ChatRules): object | undefined {
  return call.tellsUsage ? rules.usageFields(call.usage) : undefined;
}

function streamOf(call: ModelCall, frames: readonly Frame[]): Answer {
  const message = 'The server had an error while processing your request.';
  return {
    kind: 'stream',
    contentType: 'text/event-stream; charset=utf-8',
    frames,
    errorFrames: [sse({ error: { message, type: 'server_error', param: null, code: null } })],
    ping: SSE_COMMENT,
    usage: call.usage,
  };
}

function completionFrames(
  call: ModelCall,
  rules: ChatRules,
  parts: { envelope: object; choices: readonly object[]; lastChoice: object },
): Frame[] {
  const options = call.body.stream_options;
  const isAsked = typeof options === 'object' && options !== null && Reflect.get(options, 'include_usage') === true;
  const usage = toldUsage(call, rules);
  const hasExtraChunk = rules.streamUsage === 'asked' && isAsked && usage !== undefined;
  const hasUsageInLast = rules.streamUsage === 'last-chunk' && usage !== undefined;
  // OpenAI writes `usage: null` into every other chunk of a stream that was asked for usage.
  const noUsage = hasExtraChunk ? { usage: null } : {};
  const chunk = (choice: object, more: object): string => sse({ ...parts.envelope, choices: [choice], ...more });

  const frames: Frame[] = parts.choices.map((choice) => ({ text: chunk(choice, noUsage) }));
  frames.push({ text: chunk(parts.lastChoice, hasUsageInLast ? { usage } : noUsage), hasUsage: hasUsageInLast });
  if (hasExtraChunk) frames.push({ text: sse({ ...parts.envelope, choices: [], usage }), hasUsage: true });
  frames.push({ text: sse('[DONE]') });
  return frames;
}

function chatChoices(call: ModelCall): { choices: object[]; lastChoice: object } {
  const choice = (delta: object, reason: string | null = null): object => ({
    index: 0,
    delta,
    logprobs: null,
    finish_reason: reason,
  });
  const choices = [
    choice({ role: 'assistant', content: call.toolCalls.length > 0 ? null : '' }),
    ...call.thoughts.map((thought) => choice({ reasoning_content: thought })),
    ...call.words.map((content) => choice({ content })),
    ...call.toolCalls.flatMap((one) => callDeltas(call, one)).map((delta) => choice({ tool_calls: [delta] })),
  ];
  return { choices, lastChoice: choice({}, finishReason(call)) };
}

function finishReason(call: ModelCall): string {
  return call.toolCalls.length > 0 ? 'tool_calls' : 'stop';
}

function wholeCall(call: ModelCall, one: FakeToolCall): object {
  const id = `call_${call.id}_${one.position}`;
  return { id, type: 'function', function: { name: one.name, arguments: argumentsOf(one) } };
}

/** The name comes first, with empty arguments; the arguments follow in pieces. */
function callDeltas(call: ModelCall, one: FakeToolCall): object[] {
  const index = one.position;
  const id = `call_${call.id}_${one.position}`;
  return [
    { index, id, type: 'function', function: { name: one.name, arguments: '' } },
    ...one.pieces.map((piece) => ({ index, function: { arguments: piece } })),
  ];
}
