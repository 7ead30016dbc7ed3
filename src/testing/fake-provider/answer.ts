import type { FakeSettings, FakeUsage } from './settings.ts';
import { type FakeToolCall, toolCallsFor } from './tool-calls.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** A request to a model, as far as an answer depends on it. */
export interface ModelCall {
  readonly body: JsonObject;
  readonly url: URL;
  readonly model: string;
  /** Unique within the server. */
  readonly id: string;
  /** The deltas of the answer's text; none where it calls tools. */
  readonly words: readonly string[];
  /** The deltas of the reasoning before the answer. */
  readonly thoughts: readonly string[];
  readonly toolCalls: readonly FakeToolCall[];
  readonly usage: FakeUsage;
  readonly tellsUsage: boolean;
}

export interface Frame {
  readonly text: string;
  /** The frame tells the final usage. */
  readonly hasUsage?: boolean;
}

export type Answer =
  | {
      readonly kind: 'reply';
      readonly httpStatus: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string | Buffer;
      readonly usage: FakeUsage | null;
      readonly tellsUsage?: boolean;
    }
  | {
      readonly kind: 'stream';
      readonly contentType: string;
      readonly frames: readonly Frame[];
      /** What the dialect sends when it fails in the middle of a stream. */
      readonly errorFrames: readonly string[];
      /** What may stand between any two frames; absent where the format allows nothing. */
      readonly ping?: string;
      readonly usage: FakeUsage;
    };

/** A JSON reply with status 200. */
export function jsonAnswer(body: unknown, usage: FakeUsage | null = null, tellsUsage = usage !== null): Answer {
  const headers = { 'content-type': 'application/json' };
  return { kind: 'reply', httpStatus: 200, headers, body: JSON.stringify(body), usage, tellsUsage };
}

/** One server-sent event; `event` names it where the dialect names its events. */
export function sse(data: unknown, event?: string): string {
  const text = typeof data === 'string' ? data : JSON.stringify(data);
  return event === undefined ? `data: ${text}\n\n` : `event: ${event}\ndata: ${text}\n\n`;
}

/** A comment between server-sent events. */
export const SSE_COMMENT = ': ping\n\n';

// Text of one, two, three and four bytes per character, so that pieces of any length split some of them.
const VOCABULARY = ['Hello', ' from', ' the', ' fake', ' provider:', ' ça', ' va,', ' 你好', ' 🎉', '.'];
const LONG_UNIT = Buffer.from('0123456789 ça 你好 🎉 ');
// Reasoning is counted by its tokens and told in a few words.
const THOUGHTS_MAX = 12;

/** The request to a model with the parts of the answer that are the same in every dialect. */
export function planAnswer(
  call: Pick<ModelCall, 'body' | 'url' | 'model' | 'id' | 'usage' | 'tellsUsage'>,
  settings: FakeSettings,
): ModelCall {
  const toolCalls = toolCallsFor(call.body, settings.toolCalls);
  const long = settings.hugeLineBytes > 0 ? [longText(settings.hugeLineBytes)] : [];
  return {
    ...call,
    words: toolCalls.length > 0 ? [] : [...long, ...wordsOf(settings.contentTokens)],
    thoughts: wordsOf(Math.min(call.usage.reasoningTokens, THOUGHTS_MAX)),
    toolCalls,
  };
}

function wordsOf(count: number): string[] {
  return Array.from({ length: count }, (_value, position) => VOCABULARY[position % VOCABULARY.length] ?? '');
}

/** Text of so many bytes in UTF-8; what does not fill a whole unit is spaces. */
function longText(bytes: number): string {
  const units = Math.floor(bytes / LONG_UNIT.length);
  return LONG_UNIT.toString().repeat(units) + ' '.repeat(bytes - units * LONG_UNIT.length);
}
