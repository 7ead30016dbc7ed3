import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { FakeSettings, FakeUsage } from './settings.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** A request to a model, as far as an answer depends on it. */
export interface ModelCall {
  readonly body: JsonObject;
  readonly url: URL;
  readonly model: string;
  /** Unique within the server. */
  readonly id: string;
  /** The deltas of the answer. */
  readonly words: readonly string[];
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

// Text of one, two, three and four bytes per character, so that pieces of any length split some of them.
const VOCABULARY = ['Hello', ' from', ' the', ' fake', ' provider:', ' ça', ' va,', ' 你好', ' 🎉', '.'];

/** The deltas of an answer of `count` tokens. */
export function wordsOf(count: number): string[] {
  return Array.from({ length: count }, (_value, position) => VOCABULARY[position % VOCABULARY.length] ?? '');
}

export interface WriteResult {
  readonly end: 'complete' | 'cut' | 'client_gone';
  readonly usageSent: boolean;
}

/** Writes an answer at the pace and in the pieces that the settings ask for. `signal` ends all waiting. */
export async function writeAnswer(
  response: ServerResponse,
  answer: Answer,
  settings: FakeSettings,
  signal: AbortSignal,
): Promise<WriteResult> {
  if (settings.latencyMs > 0) await delay(settings.latencyMs, undefined, { signal });
  if (answer.kind === 'reply') {
    response.writeHead(answer.httpStatus, answer.headers);
    if (settings.wireChunkBytes > 0) await writePieces(response, answer.body, settings);
    // Without pieces the whole body goes with `end`, which gives it a content-length.
    response.end(settings.wireChunkBytes > 0 ? undefined : answer.body);
    return { end: response.destroyed ? 'client_gone' : 'complete', usageSent: answer.tellsUsage ?? false };
  }
  response.writeHead(200, { 'content-type': answer.contentType, 'cache-control': 'no-cache' });
  return writeStream(response, answer, settings, signal);
}

async function writeStream(
  response: ServerResponse,
  answer: Extract<Answer, { kind: 'stream' }>,
  settings: FakeSettings,
  signal: AbortSignal,
): Promise<WriteResult> {
  let usageSent = false;
  for (const [position, frame] of answer.frames.entries()) {
    if (settings.cutAfterFrames === position) {
      response.destroy();
      return { end: 'cut', usageSent };
    }
    if (settings.errorAfterFrames === position) {
      await writePieces(response, answer.errorFrames.join(''), settings);
      response.end();
      return { end: 'complete', usageSent };
    }
    if (position > 0 && settings.frameDelayMs > 0) await delay(settings.frameDelayMs, undefined, { signal });
    await writePieces(response, frame.text, settings);
    if (response.destroyed) return { end: 'client_gone', usageSent };
    usageSent ||= frame.hasUsage ?? false;
  }
  response.end();
  return { end: 'complete', usageSent };
}

async function writePieces(response: ServerResponse, body: string | Buffer, settings: FakeSettings): Promise<void> {
  const bytes = Buffer.from(body);
  const pieceBytes = settings.wireChunkBytes > 0 ? settings.wireChunkBytes : Math.max(bytes.length, 1);
  for (let start = 0; start < bytes.length && !response.destroyed; start += pieceBytes) {
    await writeAndFlush(response, bytes.subarray(start, start + pieceBytes));
  }
}

/** Resolves when the system has taken the piece, so that it travels on its own, or when nobody reads any more. */
function writeAndFlush(response: ServerResponse, piece: Buffer): Promise<void> {
  return new Promise((resolve) => {
    const finish = (): void => {
      response.off('close', finish);
      resolve();
    };
    response.once('close', finish);
    response.write(piece, finish);
  });
}

/** Resolves when more can be written, or when nobody reads any more. */
export function drained(response: ServerResponse, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const finish = (): void => {
      response.off('drain', finish).off('close', finish);
      signal.removeEventListener('abort', finish);
      resolve();
    };
    response.once('drain', finish).once('close', finish);
    signal.addEventListener('abort', finish, { once: true });
    if (response.destroyed || signal.aborted) finish();
  });
}
