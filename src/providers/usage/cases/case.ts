import type { Dialect } from '../../provider.ts';
import type { TokenBuckets, UsageReading } from '../usage-reading.ts';

/** A reply written for the tests, in the shape a provider sends, and what has to be read from it. */
export interface Case {
  readonly says: string;
  readonly provider: string;
  readonly dialect?: Dialect;
  readonly endpoint?: string;
  readonly contentType?: string;
  readonly httpStatus?: number;
  readonly body: string;
  readonly tokens?: Partial<TokenBuckets> | null;
  readonly moreLines?: readonly { readonly model: string; readonly tokens: Partial<TokenBuckets> }[];
  readonly reading?: Partial<UsageReading>;
}

export interface StreamEvent {
  readonly type: string;
  readonly [name: string]: unknown;
}

export const sse = (...frames: readonly unknown[]): string =>
  frames.map((frame) => `data: ${typeof frame === 'string' ? frame : JSON.stringify(frame)}\n\n`).join('');
export const named = (...frames: readonly StreamEvent[]): string =>
  frames.map((frame) => `event: ${frame.type}\ndata: ${JSON.stringify(frame)}\n\n`).join('');
export const events = { contentType: 'text/event-stream' };
export const chat = (usage: unknown, more: object = {}): string =>
  JSON.stringify({ id: 'chatcmpl-1', model: 'm-1', choices: [{ message: { content: 'Hi' } }], usage, ...more });
export const chunk = (content: string, more: object = {}): object => ({
  id: 'chatcmpl-1',
  model: 'm-1',
  choices: [{ index: 0, delta: { content } }],
  ...more,
});
export const message = (usage: object): StreamEvent => ({
  type: 'message_start',
  message: { id: 'msg_1', model: 'claude-1', content: [], usage },
});
export const messageDelta = (usage: object): StreamEvent => ({
  type: 'message_delta',
  delta: { stop_reason: 'end_turn' },
  usage,
});
export const anthropicBody = (usage: object): string =>
  JSON.stringify({ id: 'msg_1', type: 'message', model: 'claude-1', content: [{ type: 'text', text: 'Hi' }], usage });
export const gemini = (usageMetadata: object, more: object = {}): string =>
  JSON.stringify({
    candidates: [{ content: { parts: [{ text: 'Hi' }] }, finishReason: 'STOP' }],
    usageMetadata,
    modelVersion: 'gemini-1',
    responseId: 'g-1',
    ...more,
  });
