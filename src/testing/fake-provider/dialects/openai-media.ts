import { type Answer, type Frame, jsonAnswer, type ModelCall, SSE_COMMENT, sse } from '../answer.ts';

// One transparent pixel.
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';
const SPEECH_BYTES_PER_TOKEN = 512;
const IMAGES_MAX = 10;

/** POST {base}/images/generations and /edits: all input is text, all output is image. */
export function answerImages(call: ModelCall): Answer {
  const asked = Number(call.body.n ?? 1);
  const count = asked >= 1 && asked <= IMAGES_MAX ? Math.floor(asked) : 1;
  const data = Array.from({ length: count }, () => ({ b64_json: PIXEL }));
  const usage = {
    ...totals(call),
    input_tokens_details: { text_tokens: call.usage.inputTokens, image_tokens: 0 },
    output_tokens_details: { text_tokens: 0, image_tokens: call.usage.outputTokens },
  };
  const body = { created: 1_760_000_000, data, output_format: 'png', quality: 'low', size: '1024x1024' };
  return jsonAnswer({ ...body, ...(call.tellsUsage ? { usage } : {}) }, call.usage, call.tellsUsage);
}

/** POST {base}/audio/speech: bytes and no word about usage, unless events are asked for. */
export function answerSpeech(call: ModelCall): Answer {
  const pieces = call.words.map((_word, position) => Buffer.alloc(SPEECH_BYTES_PER_TOKEN, position % 256));
  if (call.body.stream_format === 'sse') {
    const deltas = pieces.map((piece) => ({ type: 'speech.audio.delta', audio: piece.toString('base64') }));
    return eventStream(call, [...deltas, { type: 'speech.audio.done', ...toldTotals(call) }]);
  }
  return {
    kind: 'reply',
    httpStatus: 200,
    headers: { 'content-type': 'audio/mpeg' },
    body: Buffer.concat(pieces),
    usage: call.usage,
    tellsUsage: false,
  };
}

/** POST {base}/audio/transcriptions and /translations, with the fields of a form. */
export function answerTranscription(call: ModelCall): Answer {
  const text = call.words.join('');
  const details = { type: 'tokens', input_token_details: { text_tokens: 0, audio_tokens: call.usage.inputTokens } };
  const told = call.tellsUsage ? { usage: { ...details, ...totals(call) } } : {};
  if (call.body.stream === true) {
    const deltas = call.words.map((delta) => ({ type: 'transcript.text.delta', delta }));
    return eventStream(call, [...deltas, { type: 'transcript.text.done', text, ...told }]);
  }
  return jsonAnswer({ text, ...told }, call.usage, call.tellsUsage);
}

function totals({ usage }: ModelCall): object {
  const { inputTokens, outputTokens } = usage;
  return { input_tokens: inputTokens, output_tokens: outputTokens, total_tokens: inputTokens + outputTokens };
}

function toldTotals(call: ModelCall): object {
  return call.tellsUsage ? { usage: totals(call) } : {};
}

interface MediaEvent {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** Events of which the last tells the usage. */
function eventStream(call: ModelCall, events: readonly MediaEvent[]): Answer {
  const error = { type: 'error', error: { type: 'server_error', message: 'The server had an error.' } };
  return {
    kind: 'stream',
    contentType: 'text/event-stream; charset=utf-8',
    frames: events.map((event, position): Frame => {
      return { text: sse(event, event.type), hasUsage: position === events.length - 1 && call.tellsUsage };
    }),
    errorFrames: [sse(error, 'error')],
    ping: SSE_COMMENT,
    usage: call.usage,
  };
}
