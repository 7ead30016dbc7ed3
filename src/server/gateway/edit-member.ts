import { type MemberSpan, skipSpace } from './scan-body.ts';

const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** The value of a member, or undefined where it is not valid JSON. */
export function readMember(body: Buffer, span: MemberSpan | undefined): unknown {
  if (span === undefined) return undefined;
  try {
    return JSON.parse(body.toString('utf8', span.start, span.end));
  } catch {
    return undefined;
  }
}

/** Bytes in place of others: those at `span`, which are none where something is added. */
export interface Edit {
  readonly span: MemberSpan;
  readonly text: string;
}

/** The pieces of the edited body, in order: nothing of it is copied, however long it is. The edits must not overlap. */
export function editBytes(body: Buffer, edits: readonly Edit[]): Buffer[] {
  const pieces: Buffer[] = [];
  let position = 0;
  for (const { span, text } of edits.toSorted((one, other) => one.span.start - other.span.start)) {
    pieces.push(body.subarray(position, span.start), Buffer.from(text));
    position = span.end;
  }
  return [...pieces, body.subarray(position)].filter(({ length }) => length > 0);
}

/** One more member of a JSON object, in front of the others. */
export function addedMember(body: Buffer, name: string, json: string): Edit {
  const start = skipSpace(body, 0) + 1;
  const isEmpty = body[start - 1] === OPEN_BRACE && body[skipSpace(body, start)] === CLOSE_BRACE;
  return { span: { start, end: start }, text: `${JSON.stringify(name)}:${json}${isEmpty ? '' : ','}` };
}
