import type { MemberSpan } from './scan-body.ts';

/** Far above any upload; each part costs a search. */
const PARTS_MAX = 1_000;
const HEAD_BYTES_MAX = 16_384;
/** What is searched in one step. */
const STEP_BYTES = 65_536;

const PARAMETERS = String.raw`(?:[ \t]*;[ \t]*[^\s=;"]+=(?:"(?:[^"\\]|\\.)*"|[^\s;"]+))+`;
const contentTypePattern = new RegExp(String.raw`^multipart/form-data(${PARAMETERS})(?:[ \t]*;)?$`, 'i');
const dispositionPattern = new RegExp(String.raw`^form-data(${PARAMETERS})(?:[ \t]*;)?$`, 'i');
const parameterPattern = /;[ \t]*([^\s=;"]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s;"]+))/g;
/** RFC 2046, 5.1.1. */
const boundaryPattern = /^[\w'()+,\-./:=? ]{0,69}[\w'()+,\-./:=?]$/;
const headerPattern = /^([!#$%&'*+.^`|~\w-]+):([^\r\n\0]*)$/;
const plainEncoding = /^(?:7bit|8bit|binary)$/i;

/**
 * Finds fields of a form (RFC 7578) without copying it, in steps, between which others may have the thread. Null where the body is no form, where a name that is asked for
 * stands there twice or disguised, and wherever readers differ on what a part is (bare line ends, text around the parts,
 * folded headers): what is billed could then be another model than the one that is served.
 */
export function* scanForm(
  body: Buffer,
  contentType: string,
  names: ReadonlySet<string>,
): Generator<void, Map<string, MemberSpan> | null> {
  const boundary = boundaryOf(contentType);
  // Some take a bare carriage return for the end of a line: a part that only they see must not hide in another one.
  if (boundary === null || (yield* find(body, Buffer.from(`\r--${boundary}`), 0)) >= 0) return null;
  const delimiter = Buffer.from(`\n--${boundary}`);
  const found = new Map<string, MemberSpan>();
  let position = isAt(body, 0, '\r\n') ? 2 : 0;
  if (!isAt(body, position, `--${boundary}`)) return null;
  position += delimiter.length - 1;
  for (let parts = 0; parts <= PARTS_MAX; parts += 1) {
    if (isAt(body, position, '--')) return isEnd(body, position + 2) ? found : null;
    const next = isAt(body, position, '\r\n') ? yield* find(body, delimiter, position + 2) : -1;
    if (next < 0 || !isAt(body, next - 1, '\r')) return null;
    const part = readPart(body, position + 2, next - 1);
    if (part === null || (names.has(plainName(part.name)) && !isPlainField(part, names, found))) return null;
    if (names.has(part.name)) found.set(part.name, part.span);
    yield;
    position = next + delimiter.length;
  }
  return null;
}

/** Where the bytes stand first, or -1. */
function* find(body: Buffer, wanted: Buffer, from: number): Generator<void, number> {
  for (let start = from; start < body.length; start += STEP_BYTES) {
    const found = body.subarray(start, start + STEP_BYTES + wanted.length - 1).indexOf(wanted);
    if (found >= 0) return start + found;
    yield;
  }
  return -1;
}

interface Part {
  readonly name: string;
  readonly span: MemberSpan;
  readonly isFile: boolean;
  readonly isEncoded: boolean;
}

function isPlainField(part: Part, names: ReadonlySet<string>, found: ReadonlyMap<string, MemberSpan>): boolean {
  return names.has(part.name) && !found.has(part.name) && !part.isFile && !part.isEncoded;
}

function readPart(body: Buffer, start: number, end: number): Part | null {
  const head = body.subarray(start, Math.min(end, start + HEAD_BYTES_MAX));
  const length = head.indexOf('\r\n\r\n');
  if (length < 0) return null;
  let disposition: string | null = null;
  let encoding = 'binary';
  for (const line of head.toString('latin1', 0, length).split('\r\n')) {
    const [, name, value] = headerPattern.exec(line) ?? [];
    if (name === undefined || value === undefined) return null;
    const lower = name.toLowerCase();
    if (lower === 'content-transfer-encoding') encoding = value.trim();
    if (lower !== 'content-disposition') continue;
    if (disposition !== null) return null;
    disposition = value.trim();
  }
  const parameters = readParameters(dispositionPattern, disposition ?? '');
  const name = parameters?.get('name');
  if (parameters === null || name === undefined) return null;
  return {
    name,
    span: { start: start + length + 4, end },
    isFile: parameters.has('filename') || parameters.has('filename*'),
    isEncoded: !plainEncoding.test(encoding),
  };
}

function boundaryOf(contentType: string): string | null {
  const boundary = readParameters(contentTypePattern, contentType)?.get('boundary');
  return boundary !== undefined && boundaryPattern.test(boundary) ? boundary : null;
}

/** As they are written, by lower-case name; null where one that decides stands there twice or in another character set. */
function readParameters(pattern: RegExp, value: string): Map<string, string> | null {
  const written = pattern.exec(value)?.[1];
  if (written === undefined) return null;
  const parameters = new Map<string, string>();
  for (const [, name = '', quoted, plain = ''] of written.matchAll(parameterPattern)) {
    const lower = name.toLowerCase();
    if (parameters.has(lower) || /^(?:name|boundary)\*/.test(lower)) return null;
    parameters.set(lower, quoted ?? plain);
  }
  return parameters;
}

/** What a reader may make of a name that undoes escapes, percent signs, space or capitals. */
function plainName(written: string): string {
  return written
    .replace(/\\(.)/g, '$1')
    .replace(/%([0-9a-f]{2})/gi, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)))
    .trim()
    .toLowerCase();
}

function isAt(body: Buffer, position: number, text: string): boolean {
  return body.toString('latin1', position, position + text.length) === text;
}

function isEnd(body: Buffer, position: number): boolean {
  return position === body.length || (position + 2 === body.length && isAt(body, position, '\r\n'));
}
