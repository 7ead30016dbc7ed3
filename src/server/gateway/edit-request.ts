import { type Address, accessHeaders } from '../../providers/provider-request.ts';
import type { Secret } from '../secret.ts';
import { destinationOf } from './destination.ts';
import { addedMember, type Edit, editBytes, readMember } from './edit-member.ts';
import type { CallHead } from './exchange.ts';
import { judgeNames } from './header-names.ts';
import type { Call } from './parse-call.ts';
import type { Candidate } from './select-credentials.ts';

/** What goes out to the provider: the client's call but for what must change. */
export interface UpstreamRequest {
  readonly origin: string;
  /** Path and query. */
  readonly path: string;
  readonly method: string;
  /** Raw pairs. */
  readonly headers: string[];
  /** In pieces, where something in it was changed. */
  readonly body: readonly Buffer[] | null;
  /** The chunk that tells the usage was asked for by us, so the client must not see it. */
  readonly hidesUsageChunk: boolean;
}

/**
 * Headers that end at the gateway: those of one connection (RFC 9110, 7.6.1), the ways to say who one is, those that
 * tell a proxy's story, and those that are made anew.
 */
const dropped = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'host',
  'content-length',
  'expect',
  'authorization',
  'x-api-key',
  'x-goog-api-key',
  'api-key',
  'cookie',
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-forwarded-port',
  'x-real-ip',
  'via',
]);
const droppedBeginning = /^(?:x-akm-|cf-|sec-fetch-)/;
const isDropped = judgeNames((lower) => dropped.has(lower) || droppedBeginning.test(lower));

/** The request of one attempt. The secret is revealed here, at the last moment, and nowhere kept. */
export function editRequest(head: CallHead, call: Call, candidate: Candidate, secret: Secret): UpstreamRequest {
  const { address, model } = candidate;
  const edited = editBody(call, candidate);
  const headers = sentHeaders(head, address, secret);
  if (edited.isPlain) dropHeader(headers, 'content-encoding');
  // A reply whose usage chunk is taken out has to be read as it is.
  if (edited.hidesUsageChunk) setHeader(headers, 'accept-encoding', 'identity');
  return {
    ...upstreamTarget(head, call, address, model),
    method: head.method,
    headers,
    body: edited.body,
    hidesUsageChunk: edited.hidesUsageChunk,
  };
}

interface EditedBody {
  readonly body: readonly Buffer[] | null;
  /** It is the text itself, also where the client has compressed it. */
  readonly isPlain: boolean;
  readonly hidesUsageChunk: boolean;
}

function editBody(call: Call, candidate: Candidate): EditedBody {
  const unchanged = { body: call.body.length > 0 ? [call.body] : null, isPlain: false, hidesUsageChunk: false };
  const { model } = candidate;
  if (call.json !== null) return editJson(call, call.json, candidate) ?? unchanged;
  const span = call.form?.members.get('model');
  if (call.form === null || span === undefined || model === null || model === call.model) return unchanged;
  return { body: editBytes(call.form.text, [{ span, text: model }]), isPlain: true, hidesUsageChunk: false };
}

/** Null where nothing has to change. */
function editJson(
  call: Call,
  { text, members }: NonNullable<Call['json']>,
  { address, model }: Candidate,
): EditedBody | null {
  const edits: Edit[] = [];
  const span = members.get('model');
  if (span !== undefined && model !== null && model !== call.model) edits.push({ span, text: JSON.stringify(model) });
  const needsUsage =
    call.isStream &&
    call.dialect === 'openai-chat' &&
    address.access.usage.streamNeedsIncludeUsage &&
    !call.asksForUsage;
  if (needsUsage) {
    const options = members.get('stream_options');
    const json = withUsage(readMember(text, options));
    edits.push(options === undefined ? addedMember(text, 'stream_options', json) : { span: options, text: json });
  }
  return edits.length === 0 ? null : { body: editBytes(text, edits), isPlain: true, hidesUsageChunk: needsUsage };
}

/** What the client wrote is an object or null: parseCall sees to it. */
function withUsage(options: unknown): string {
  return JSON.stringify({ ...(typeof options === 'object' ? options : {}), include_usage: true });
}

function sentHeaders(head: CallHead, address: Address, secret: Secret): string[] {
  const own = accessHeaders(address.access, secret.reveal());
  const alsoDropped = connectionNames(head);
  const headers: string[] = [];
  const seen: string[] = [];
  for (let index = 0; index + 1 < head.rawHeaders.length; index += 2) {
    const name = head.rawHeaders[index] ?? '';
    if (isDropped(name)) continue;
    const lower = name.toLowerCase();
    if (alsoDropped.has(lower)) continue;
    seen.push(lower);
    headers.push(name, head.rawHeaders[index + 1] ?? '');
  }
  // What the client says of the dialect's version goes before the provider's usual headers; its secret never does.
  for (const [name, value] of Object.entries(own)) if (!seen.includes(name.toLowerCase())) headers.push(name, value);
  return headers;
}

/** Headers that the client says are of this connection only. */
function connectionNames(head: CallHead): ReadonlySet<string> {
  const named = head.header('connection');
  const isUsual = named === undefined || /^(?:keep-alive|close)$/i.test(named);
  return isUsual ? noNames : new Set(named.toLowerCase().split(/\s*,\s*/));
}

const noNames: ReadonlySet<string> = new Set();

function dropHeader(headers: string[], name: string): void {
  for (let index = headers.length - 2; index >= 0; index -= 2) {
    if (headers[index]?.toLowerCase() === name) headers.splice(index, 2);
  }
}

function setHeader(headers: string[], name: string, value: string): void {
  dropHeader(headers, name);
  headers.push(name, value);
}

/** The same path below the provider's base URL, with the provider's own name of the model where the path has one. */
function upstreamTarget(head: CallHead, call: Call, address: Address, model: string | null) {
  const { origin, writtenOrigin, basePath } = destinationOf(address);
  const base = call.match.isFromOrigin ? '' : basePath;
  const target = base + pathBelow(call, model) + queryWithoutKey(head.target);
  if (PLAIN_TARGET.test(target)) return { origin, path: target };
  const url = new URL(writtenOrigin + target);
  return { origin: url.origin, path: url.pathname + url.search };
}

/** Paths and queries that no URL parser would write in another way: most are, and parsing costs more than looking. */
const PLAIN_TARGET = /^(?:\/[\w:@~-][\w.:@~-]*)+(?:\?[\w.=&~-]+)?$/;

function pathBelow(call: Call, model: string | null): string {
  const { endpoint, parts, path, isFromOrigin } = call.match;
  if (isFromOrigin) return path;
  const isOpenai = call.dialect === null || call.dialect.startsWith('openai-');
  if (parts.model !== undefined && model !== null && call.dialect === 'gemini') {
    const name = model.split('/').map(encodeURIComponent).join('/');
    return endpoint.path.replace('{model}', () => name);
  }
  return isOpenai ? path.replace(/^\/v1(?=\/)/, '') : path;
}

function queryWithoutKey(target: string): string {
  const start = target.indexOf('?');
  if (start < 0) return '';
  const kept = target
    .slice(start + 1)
    .split('&')
    .filter((pair) => !/^(?:key|api_key)=/i.test(pair));
  return kept.length === 0 || kept[0] === '' ? '' : `?${kept.join('&')}`;
}
