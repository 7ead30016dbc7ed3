import { type Answer, type JsonObject, jsonAnswer } from './answer.ts';
import type { StoredObjects } from './stored-objects.ts';

export interface StoredCall {
  readonly method: string;
  readonly owner: string;
  /** Unique within the server; new objects are named by it. */
  readonly requestId: string;
  readonly body: JsonObject | null;
}

/** GET and DELETE {base}/responses/{id}, and what is below. Null: no such object, or no such call. */
export function answerStoredResponse(
  responses: StoredObjects,
  { method, owner }: StoredCall,
  { id, below }: { id: string; below: string },
): Answer | null {
  const found = responses.find(owner, id);
  if (!found) return null;
  const call = `${method} ${below}`;
  if (call === 'GET ') return jsonAnswer(found);
  if (call === 'POST /cancel') return jsonAnswer({ ...found, status: 'cancelled' });
  if (call === 'GET /input_items') return jsonAnswer(listOf([]));
  if (call !== 'DELETE ') return null;
  responses.remove(owner, id);
  return jsonAnswer({ id, object: 'response', deleted: true });
}

/** {base}/files: list and upload, and below it each file. Null: no such file, or no such call. */
export function answerFiles(
  files: StoredObjects,
  { method, owner, requestId, body }: StoredCall,
  { id, below }: { id: string; below: string },
): Answer | null {
  if (id === '') {
    if (method === 'GET') return jsonAnswer(listOf(files.list(owner)));
    const file = body?.file;
    if (method !== 'POST' || typeof file !== 'object' || file === null) return null;
    const created = { id: `file-${requestId}`, object: 'file', created_at: 1_760_000_000, status: 'processed' };
    const stored = { ...created, ...file, purpose: body?.purpose ?? null };
    files.put(owner, stored);
    return jsonAnswer(stored);
  }
  const found = files.find(owner, id);
  if (!found) return null;
  const call = `${method} ${below}`;
  if (call === 'GET ') return jsonAnswer(found);
  if (call === 'GET /content') {
    const body = Buffer.alloc(typeof found.bytes === 'number' ? found.bytes : 0, 'content of a file. ');
    const headers = { 'content-type': 'application/octet-stream' };
    return { kind: 'reply', httpStatus: 200, headers, body, usage: null };
  }
  if (call !== 'DELETE ') return null;
  files.remove(owner, id);
  return jsonAnswer({ id, object: 'file', deleted: true });
}

function listOf(data: readonly { readonly id: string }[]): object {
  return { object: 'list', data, first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null, has_more: false };
}
