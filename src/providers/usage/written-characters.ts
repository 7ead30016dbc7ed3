import type { Dialect } from '../provider.ts';

/** A running count of the text, reasoning and tool arguments of a reply. Feeds an estimate only. */
export interface WrittenCharacters {
  ascii: number;
  wide: number;
}

/** The members whose strings are written by the model. What a stream repeats at its end is not among them. */
const STREAM_NAMES: Readonly<Record<Dialect, string>> = {
  'openai-chat': 'content|text|reasoning_content|reasoning|thinking|arguments|refusal|transcript|delta|partial_json',
  'openai-responses': 'delta',
  'anthropic-messages': 'text|thinking|partial_json',
  gemini: 'text|code|args',
};

/** The same for a reply in one piece, where what a stream calls `delta` has its own name. */
const BODY_NAMES: Readonly<Record<Dialect, readonly string[]>> = {
  'openai-chat': ['content', 'text', 'reasoning_content', 'thinking', 'arguments', 'refusal', 'transcript'],
  'openai-responses': ['text', 'arguments', 'input', 'refusal'],
  'anthropic-messages': ['text', 'thinking'],
  gemini: ['text', 'code'],
};

export function writtenNames(dialect: Dialect | null): ReadonlySet<string> {
  return new Set(BODY_NAMES[dialect ?? 'openai-chat']);
}

const patternOf = (names: string): RegExp => new RegExp(`"(${names})"\\s*:\\s*(["{])`, 'g');
/** Shared by all streams: a search begins at the beginning and is over before another one begins. */
const streamPatterns: Readonly<Record<Dialect, RegExp>> = {
  'openai-chat': patternOf(STREAM_NAMES['openai-chat']),
  'openai-responses': patternOf(STREAM_NAMES['openai-responses']),
  'anthropic-messages': patternOf(STREAM_NAMES['anthropic-messages']),
  gemini: patternOf(STREAM_NAMES.gemini),
};

/** Counts what one event of a stream adds, on its JSON text, without parsing it. */
export function createEventCounter(dialect: Dialect | null, written: WrittenCharacters): (json: string) => void {
  const pattern = streamPatterns[dialect ?? 'openai-chat'];
  const isResponses = dialect === 'openai-responses';
  return (json) => {
    // Responses events that are no deltas repeat what the deltas said; spoken words come as base64 beside a transcript.
    if (isResponses && (!json.includes('.delta"') || json.includes('audio.delta"'))) return;
    let reasoningName: string | null = null;
    pattern.lastIndex = 0;
    for (let match = pattern.exec(json); match !== null; match = pattern.exec(json)) {
      const name = match[1] ?? '';
      if (match[2] === '{') {
        if (name === 'args') pattern.lastIndex = countObject(json, pattern.lastIndex, written);
        continue;
      }
      const end = endOfString(json, pattern.lastIndex);
      if (name.startsWith('reasoning')) reasoningName ??= name;
      if (!isRepetition(json, name, reasoningName)) countText(json, { from: pattern.lastIndex, to: end }, written);
      pattern.lastIndex = end + 1;
    }
  };
}

/** Relays send the same reasoning under two names, or once more in parts. */
function isRepetition(json: string, name: string, reasoningName: string | null): boolean {
  if (name.startsWith('reasoning')) return name !== reasoningName;
  return name === 'text' && json.includes('"reasoning_details"');
}

/** The closing quote of the string whose inside begins at `from`, or the end of the text. */
function endOfString(json: string, from: number): number {
  let position = from;
  for (;;) {
    const quote = json.indexOf('"', position);
    if (quote < 0) return json.length;
    let backslashes = 0;
    while (quote - 1 - backslashes >= from && json.charCodeAt(quote - 1 - backslashes) === 0x5c) backslashes += 1;
    if (backslashes % 2 === 0) return quote;
    position = quote + 1;
  }
}

function countText(
  json: string,
  span: { readonly from: number; readonly to: number },
  written: WrittenCharacters,
): void {
  for (let position = span.from; position < span.to; position += 1) {
    const code = json.charCodeAt(position);
    if (code >= 0x80) written.wide += 1;
    else if (code !== 0x5c) written.ascii += 1;
    else position += countEscape(json.charCodeAt(position + 1), json.charCodeAt(position + 2), written);
  }
}

/** Counts the character that a backslash begins; how many characters behind the backslash belong to it. */
function countEscape(letter: number, firstDigit: number, written: WrittenCharacters): number {
  if (letter !== 0x75) {
    written.ascii += 1;
    return 1;
  }
  if (firstDigit === 0x30) written.ascii += 1;
  else written.wide += 1;
  return 5;
}

/** Tool arguments that are an object: its whole JSON counts. */
function countObject(json: string, from: number, written: WrittenCharacters): number {
  let depth = 1;
  let position = from;
  while (position < json.length && depth > 0) {
    const code = json.charCodeAt(position);
    if (code === 0x22) position = endOfString(json, position + 1);
    else if (code === 0x7b) depth += 1;
    else if (code === 0x7d) depth -= 1;
    position += 1;
  }
  countText(json, { from, to: position }, written);
  return position;
}
