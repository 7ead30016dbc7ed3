import { readFailureSignal } from '../failure-signal.ts';
import { isRecord, readPath } from '../json-reply.ts';
import type { UsageReading } from './usage-reading.ts';

type Frame = Readonly<Record<string, unknown>>;
type ReplyError = NonNullable<UsageReading['error']>;

const MESSAGE_CHARACTERS_MAX = 2000;
const CODE_CHARACTERS_MAX = 200;
/** Members by which a frame of a reply that began as a success can tell of an error. */
export const errorNames: readonly string[] = [
  'error',
  'base_resp',
  'detail',
  'code',
  'message',
  'msg',
  'error_code',
  'error_msg',
  'success',
];
/** A reply that has one of these is no failure, whatever code it has beside it. */
export const resultNames: ReadonlySet<string> = new Set(['data', 'choices', 'models', 'output', 'results', 'id']);

/** The error that a frame of a success reply tells, in any dialect, or null. `eventName` is that of its stream event. */
export function readFrameError(frame: Frame, eventName: string): ReplyError | null {
  const failed = readPath(frame, 'response.error');
  const isEvent = frame.type === 'error' || eventName === 'error';
  // Most frames: none of the members by which an error could be told.
  if (!isEvent && !isRecord(failed) && errorNames.every((name) => frame[name] === undefined || frame[name] === null)) {
    return null;
  }
  const source = isRecord(failed) ? { error: failed } : errorPart(frame);
  const signal = readFailureSignal({ httpStatus: 200, headers: {}, body: JSON.stringify(source) });
  return signal.isHiddenFailure || isEvent ? toError(signal.codes, signal.message) : null;
}

/** The members that matter here, without the answer beside them. */
function errorPart(frame: Frame): Frame {
  const part: Record<string, unknown> = {};
  for (const name of errorNames) {
    const value = frame[name];
    if (typeof value !== 'object' || name === 'error' || name === 'base_resp' || name === 'detail') part[name] = value;
  }
  for (const name of resultNames) if (frame[name] !== undefined && frame[name] !== null) part[name] = true;
  return part;
}

/** The error of a reply that is one. Null for an empty body. */
export function readBodyError(httpStatus: number, body: string): ReplyError | null {
  // A refusal can come as the first event of a stream.
  const inEvent = /^(?:event:[^\r\n]*\r?\n)?data:\s*(\{[^\r\n]*)/.exec(body.trimStart())?.[1];
  const { codes, message, isEmpty } = readFailureSignal({ httpStatus, headers: {}, body: inEvent ?? body });
  return isEmpty ? null : toError(codes, message);
}

/** A word says more than a number, which mostly repeats the status. */
function toError(codes: readonly string[], message: string): ReplyError {
  const code = codes.find((candidate) => !/^\d+$/.test(candidate)) ?? codes[0] ?? null;
  return { code: code?.slice(0, CODE_CHARACTERS_MAX) ?? null, message: message.slice(0, MESSAGE_CHARACTERS_MAX) };
}
