import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Answer } from './answer.ts';
import { type BodyWriter, createBodyWriter, TRAILER_NAME } from './body-writer.ts';
import { acceptedEncoding, encodeWhole } from './encode-body.ts';
import type { FakeEncoding, FakeSettings } from './settings.ts';

export interface WriteResult {
  readonly end: 'complete' | 'cut' | 'client_gone';
  readonly usageSent: boolean;
}

export interface WriteOptions {
  readonly settings: FakeSettings;
  /** The client's `accept-encoding`. */
  readonly acceptEncoding: string | undefined;
  /** Beside those of the answer. */
  readonly headers: Readonly<Record<string, string>>;
  /** Ends all waiting. */
  readonly signal: AbortSignal;
}

type Reply = Extract<Answer, { kind: 'reply' }>;
type Stream = Extract<Answer, { kind: 'stream' }>;

/** Writes an answer at the pace, in the pieces and in the encoding that the settings ask for. */
export async function writeAnswer(
  response: ServerResponse,
  answer: Answer,
  options: WriteOptions,
): Promise<WriteResult> {
  const { settings, signal } = options;
  if (settings.latencyMs > 0) await delay(settings.latencyMs, undefined, { signal });
  const isEncoded = answer.kind === 'reply' && hasHeader(answer, 'content-encoding');
  const encoding = isEncoded ? 'identity' : acceptedEncoding(settings.encoding, options.acceptEncoding);
  const headers: Record<string, string> = { ...options.headers };
  if (encoding !== 'identity') headers['content-encoding'] = encoding;
  if (answer.kind === 'reply') return writeReply(response, answer, { encoding, headers, settings });

  if (settings.trailers) headers.trailer = TRAILER_NAME;
  response.writeHead(200, { 'content-type': answer.contentType, 'cache-control': 'no-cache', ...headers });
  const { wireChunkBytes: pieceBytes, trailers } = settings;
  const writer = createBodyWriter(response, { encoding, pieceBytes, trailers });
  try {
    return await writeStream({ response, answer, writer, settings, signal });
  } finally {
    writer.dispose();
  }
}

async function writeReply(
  response: ServerResponse,
  answer: Reply,
  options: { encoding: FakeEncoding; headers: Record<string, string>; settings: FakeSettings },
): Promise<WriteResult> {
  const { settings } = options;
  const body = await encodeWhole(options.encoding, Buffer.from(answer.body));
  const headers: Record<string, string> = { ...answer.headers, ...options.headers };
  const isChunked = settings.framing === 'chunked' || settings.trailers;
  if (isChunked && settings.trailers) headers.trailer = TRAILER_NAME;
  // A prepared reply may frame itself; some statuses have no body to frame (RFC 9110, 8.6).
  const isFramed = hasHeader(answer, 'content-length') || hasHeader(answer, 'transfer-encoding');
  const hasNoBody = answer.httpStatus === 204 || answer.httpStatus === 304;
  if (!isChunked && !isFramed && !hasNoBody) headers['content-length'] = String(body.length);
  response.writeHead(answer.httpStatus, headers);
  if (!isChunked && settings.wireChunkBytes === 0) {
    response.end(body);
  } else {
    // The body is encoded already.
    const { wireChunkBytes: pieceBytes, trailers } = settings;
    const writer = createBodyWriter(response, { encoding: 'identity', pieceBytes, trailers });
    await writer.write(body);
    await writer.end();
  }
  return { end: response.destroyed ? 'client_gone' : 'complete', usageSent: answer.tellsUsage ?? false };
}

function hasHeader({ headers }: Reply, name: string): boolean {
  return Object.keys(headers).some((one) => one.toLowerCase() === name);
}

interface StreamParts {
  readonly response: ServerResponse;
  readonly answer: Stream;
  readonly writer: BodyWriter;
  readonly settings: FakeSettings;
  readonly signal: AbortSignal;
}

async function writeStream({ response, answer, writer, settings, signal }: StreamParts): Promise<WriteResult> {
  if (settings.wireChunkBytes > 0 && !isPacedByFrames(settings)) {
    await writer.write(Buffer.from(answer.frames.map(({ text }) => text).join('')));
    await writer.end();
    if (response.destroyed) return { end: 'client_gone', usageSent: false };
    return { end: 'complete', usageSent: answer.frames.some(({ hasUsage }) => hasUsage === true) };
  }
  let usageWritten = false;
  let usageSent = false;
  for (const [position, frame] of answer.frames.entries()) {
    if (settings.cutAfterFrames === position) {
      await writer.flush();
      response.destroy();
      return { end: 'cut', usageSent: usageWritten };
    }
    if (settings.errorAfterFrames === position) {
      await writer.write(Buffer.from(answer.errorFrames.join('')));
      await writer.end();
      return { end: response.destroyed ? 'client_gone' : 'complete', usageSent: usageWritten };
    }
    if (position > 0) await pause({ answer, writer, settings, signal });
    await writer.write(Buffer.from(frame.text));
    if (response.destroyed) return { end: 'client_gone', usageSent };
    usageWritten ||= frame.hasUsage ?? false;
    usageSent ||= usageWritten && writer.isEmpty;
  }
  await writer.end();
  if (response.destroyed) return { end: 'client_gone', usageSent };
  return { end: 'complete', usageSent: usageWritten };
}

/** Whether anything happens between frames. */
function isPacedByFrames({ cutAfterFrames, errorAfterFrames, frameDelayMs, pings }: FakeSettings): boolean {
  return cutAfterFrames !== null || errorAfterFrames !== null || frameDelayMs > 0 || pings;
}

/** What comes between two frames. */
async function pause({ answer, writer, settings, signal }: Omit<StreamParts, 'response'>): Promise<void> {
  if (settings.pings && answer.ping !== undefined) await writer.write(Buffer.from(answer.ping));
  if (settings.frameDelayMs === 0) return;
  await writer.flush();
  await delay(settings.frameDelayMs, undefined, { signal });
}
