import { isRecord, parseJson, readPath } from './json-reply.ts';
import type { ProviderReply } from './provider.ts';

/** What a reply says about its failure, gathered from all the shapes that providers use. */
export interface FailureSignal {
  /** Of the reply, or, for an error inside a success reply, the status that the body names (0 if it names none). */
  readonly httpStatus: number;
  readonly json: unknown;
  readonly isHtml: boolean;
  readonly isEmpty: boolean;
  /** A success status with an error in its body. */
  readonly isHiddenFailure: boolean;
  /** Every code, type, status and reason in the body. */
  readonly codes: readonly string[];
  readonly message: string;
}

const TEXT_CHARACTERS_MAX = 8000;
const DETAILS_MAX = 20;
const CODE_FIELDS = ['code', 'type', 'status', 'reason', 'error_code', 'status_code', 'title'];
const MESSAGE_FIELDS = ['message', 'Message', 'detail', 'msg', 'error_msg', 'error_description', 'status_msg', 'title'];

/** Reads the failure of a reply: JSON object, array around one, JSON string, plain text, HTML page or nothing. */
export function readFailureSignal(reply: ProviderReply): FailureSignal {
  const body = reply.body.trim();
  const json = parseJson(body);
  const root = Array.isArray(json) ? json[0] : json;
  const isSuccess = reply.httpStatus >= 200 && reply.httpStatus < 300;
  const isHiddenFailure = isSuccess && hasFailure(json);
  const isHtml = json === undefined && /^\s*</.test(body);

  const codes: string[] = headerCodes(reply.headers);
  const messages: string[] = [];
  if (isRecord(root)) for (const part of failureParts(root)) collect(part, codes, messages);
  else if (typeof root === 'string') messages.push(root);
  else if (json === undefined) messages.push(isHtml ? titleOf(body) : body);

  const message = [...new Set(messages)].join(' ').slice(0, TEXT_CHARACTERS_MAX);
  // MiniMax puts its number behind the sentence: "invalid api key (2049)".
  const trailing = /\((\d{4})\)\s*$/.exec(message)?.[1];
  if (trailing !== undefined) codes.push(trailing);
  return {
    httpStatus: isHiddenFailure ? statusInBody(root) : reply.httpStatus,
    json,
    isHtml,
    isEmpty: body === '',
    isHiddenFailure,
    codes,
    message,
  };
}

/** Relays and native APIs put failures into replies with status 200. */
function hasFailure(json: unknown): boolean {
  if (!isRecord(json)) return false;
  if (json.success === false || (isRecord(json.error) && Object.keys(json.error).length > 0)) return true;
  if (typeof json.error === 'string' && json.error !== '') return true;
  if (isCode(json.error_code) || isCode(readPath(json, 'base_resp.status_code'))) return true;
  const hasResult = ['data', 'choices', 'models', 'output', 'results', 'id'].some((name) => json[name] != null);
  return !hasResult && isCode(json.code) && typeof json.message === 'string';
}

/** A number (also as text) that is none of those by which success is told. */
function isCode(value: unknown): boolean {
  if (typeof value === 'string') return value !== '' && !/^(?:0|200|20000|ok|success)$/i.test(value);
  return typeof value === 'number' && value !== 0 && value !== 200 && value !== 20000;
}

function statusInBody(root: unknown): number {
  for (const path of ['error.code', 'error.status', 'code', 'status', 'error.http_code']) {
    const value = Number(readPath(root, path));
    if (Number.isInteger(value) && value >= 400 && value < 600) return value;
  }
  return 0;
}

/** The objects in which providers place code and message, the most telling first. */
function failureParts(root: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>[] {
  const response = root.response;
  const error = isRecord(root.error) ? root.error : isRecord(response) ? response.error : undefined;
  const parts: unknown[] = [error, root, root.base_resp, root.detail];
  if (isRecord(error)) {
    const details: readonly unknown[] = Array.isArray(error.details) ? error.details : [error.details];
    parts.push(error.innererror, error.metadata, error.message, ...details.slice(0, DETAILS_MAX));
  }
  return parts.filter(isRecord);
}

function collect(part: Readonly<Record<string, unknown>>, codes: string[], messages: string[]): void {
  for (const name of CODE_FIELDS) {
    const value = part[name];
    // A numeric `status` only repeats the HTTP status; the word "error" says nothing.
    if (
      typeof value === 'string' ? value !== '' && value !== 'error' : typeof value === 'number' && name !== 'status'
    ) {
      codes.push(String(value));
    }
  }
  // Anthropic's details, OpenRouter's metadata and Gemini's violated quotas.
  for (const name of ['limit_source', 'error_type']) {
    const value = part[name];
    if (typeof value === 'string') codes.push(value);
  }
  if ('flagged_input' in part) codes.push('flagged_input');
  const violations = part.violations;
  if (Array.isArray(violations)) {
    for (const violation of violations.slice(0, DETAILS_MAX)) {
      const quotaId = readPath(violation, 'quotaId');
      if (typeof quotaId === 'string') codes.push(quotaId);
    }
  }
  for (const name of MESSAGE_FIELDS) messages.push(...textsOf(part[name]));
  // xAI, Ollama and Hugging Face: the error is a sentence; OAuth: it is a code.
  const error = part.error;
  if (typeof error === 'string') {
    messages.push(error);
    codes.push(error);
  }
}

/** A message is text, or FastAPI's list of findings. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return value === '' ? [] : [value];
  if (!Array.isArray(value)) return [];
  return value.slice(0, DETAILS_MAX).flatMap((entry) => {
    const text = readPath(entry, 'msg');
    return typeof text === 'string' ? [text] : [];
  });
}

/** AWS names the class of a failure in a header: `ThrottlingException:http://...`. */
function headerCodes(headers: Readonly<Record<string, string>>): string[] {
  const value = readHeader(headers, 'x-amzn-errortype');
  return value === undefined ? [] : [value.split(/[:#]/)[0] ?? ''];
}

function titleOf(html: string): string {
  return /<title[^>]*>([^<]{1,200})/i.exec(html.slice(0, TEXT_CHARACTERS_MAX))?.[1]?.trim() ?? '';
}

/** A header by its lower-case name, however the reply spells it. */
export function readHeader(headers: Readonly<Record<string, string>>, name: string): string | undefined {
  if (Object.hasOwn(headers, name)) return headers[name];
  return Object.entries(headers).find(([candidate]) => candidate.toLowerCase() === name)?.[1];
}
