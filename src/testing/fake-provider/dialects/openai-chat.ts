import { type Answer, type Frame, jsonAnswer, type ModelCall, sse } from '../answer.ts';
import type { FakeUsage } from '../settings.ts';

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
  const envelope = {
    id: `chatcmpl-${call.id}`,
    created: 1_760_000_000,
    model: call.model,
    system_fingerprint: 'fp_fake',
  };
  const usage = call.tellsUsage ? rules.usageFields(call.usage) : undefined;
  if (call.body.stream === true) {
    const error = {
      message: 'The server had an error while processing your request.',
      type: 'server_error',
      param: null,
    };
    return {
      kind: 'stream',
      contentType: 'text/event-stream; charset=utf-8',
      frames: chatFrames(call, { ...envelope, object: 'chat.completion.chunk' }, { ...rules, usage }),
      errorFrames: [sse({ error: { ...error, code: null } })],
      usage: call.usage,
    };
  }
  const message = { role: 'assistant', content: call.words.join(''), refusal: null };
  const choices = [{ index: 0, message, logprobs: null, finish_reason: 'stop' }];
  return jsonAnswer({ ...envelope, object: 'chat.completion', choices, usage }, call.usage, call.tellsUsage);
}

function chatFrames(
  call: ModelCall,
  envelope: object,
  { streamUsage, usage }: { streamUsage: ChatRules['streamUsage']; usage: object | undefined },
): Frame[] {
  const options = call.body.stream_options;
  const isAsked = typeof options === 'object' && options !== null && Reflect.get(options, 'include_usage') === true;
  const hasExtraChunk = streamUsage === 'asked' && isAsked && usage !== undefined;
  const hasUsageInLast = streamUsage === 'last-chunk' && usage !== undefined;
  // OpenAI writes `usage: null` into every other chunk of a stream that was asked for usage.
  const noUsage = hasExtraChunk ? { usage: null } : {};
  const chunk = (delta: object, finishReason: string | null, more: object): string =>
    sse({ ...envelope, choices: [{ index: 0, delta, logprobs: null, finish_reason: finishReason }], ...more });

  const frames: Frame[] = [{ text: chunk({ role: 'assistant', content: '' }, null, noUsage) }];
  for (const content of call.words) frames.push({ text: chunk({ content }, null, noUsage) });
  frames.push({ text: chunk({}, 'stop', hasUsageInLast ? { usage } : noUsage), hasUsage: hasUsageInLast });
  if (hasExtraChunk) frames.push({ text: sse({ ...envelope, choices: [], usage }), hasUsage: true });
  frames.push({ text: sse('[DONE]') });
  return frames;
}
