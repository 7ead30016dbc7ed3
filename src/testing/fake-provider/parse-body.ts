import type { JsonObject } from './answer.ts';

/** The fields of a JSON object or of a form; null where the body is neither. */
export function parseBody(body: Buffer, contentType: string | undefined): JsonObject | null {
  const boundary = /^multipart\/form-data\b.*?boundary="?([^";]+)/i.exec(contentType ?? '')?.[1];
  if (boundary !== undefined) return parseForm(body, boundary);
  if (body.length === 0) return null;
  try {
    const parsed: unknown = JSON.parse(body.toString('utf8'));
    return isObject(parsed) ? parsed : null;
  } catch {
    return null;
  }
}

/** Files become `{filename, bytes}`, and `true` becomes a boolean as it is in JSON. */
function parseForm(body: Buffer, boundary: string): JsonObject {
  const fields: Record<string, unknown> = {};
  for (const part of body.toString('latin1').split(`--${boundary}`).slice(1, -1)) {
    const headEnd = part.indexOf('\r\n\r\n');
    const head = part.slice(0, headEnd);
    const content = part.slice(headEnd + 4, -2);
    const name = /\bname="([^"]*)"/i.exec(head)?.[1];
    const filename = /\bfilename="([^"]*)"/i.exec(head)?.[1];
    if (headEnd < 0 || name === undefined) continue;
    const text = Buffer.from(content, 'latin1').toString('utf8');
    fields[name] = filename === undefined ? (text === 'true' ? true : text) : { filename, bytes: content.length };
  }
  return fields;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
