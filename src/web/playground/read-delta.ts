import type { ClientDialect } from '../virtual-keys/issued/connect-snippets.ts';

/** What one event of a stream adds to the answer. */
export interface Delta {
  text: string;
  reasoning: string;
  /** The answer ends because its longest length is reached. */
  isCut: boolean;
  /** The provider's own sentence about an error in the middle of the stream. */
  error: string | null;
}

export const noDelta: Delta = { text: '', reasoning: '', isCut: false, error: null };

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function itemsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Reads the data of one event. What is not understood adds nothing: a stream of tomorrow still shows its text. */
export function readDelta(dialect: ClientDialect, data: string): Delta {
  const event = fieldsOf(parsed(data));
  if (event.error !== undefined) {
    const { message } = fieldsOf(event.error);
    return { ...noDelta, error: textOf(message) || textOf(event.error) || data.slice(0, 500) };
  }
  switch (dialect) {
    case 'openai-chat':
      return openAiDelta(event);
    case 'anthropic-messages':
      return anthropicDelta(event);
    case 'gemini':
      return geminiDelta(event);
  }
}

function parsed(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return null;
  }
}

function openAiDelta(event: Fields): Delta {
  const choice = fieldsOf(itemsOf(event.choices)[0]);
  const delta = fieldsOf(choice.delta);
  return {
    ...noDelta,
    text: textOf(delta.content),
    // Two names for the same thing: DeepSeek's and OpenRouter's.
    reasoning: textOf(delta.reasoning_content) || textOf(delta.reasoning),
    isCut: choice.finish_reason === 'length',
  };
}

function anthropicDelta(event: Fields): Delta {
  const delta = fieldsOf(event.delta);
  if (event.type === 'content_block_delta')
    return { ...noDelta, text: textOf(delta.text), reasoning: textOf(delta.thinking) };
  return { ...noDelta, isCut: event.type === 'message_delta' && delta.stop_reason === 'max_tokens' };
}

function geminiDelta(event: Fields): Delta {
  const candidate = fieldsOf(itemsOf(event.candidates)[0]);
  const parts = itemsOf(fieldsOf(candidate.content).parts).map(fieldsOf);
  const joined = (isThought: boolean) =>
    parts
      .filter(({ thought }) => (thought === true) === isThought)
      .map(({ text }) => textOf(text))
      .join('');
  return { ...noDelta, text: joined(false), reasoning: joined(true), isCut: candidate.finishReason === 'MAX_TOKENS' };
}
