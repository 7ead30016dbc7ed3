// Recorded replies of real providers, replayed by a server in the provider's place, where a folder of them is given. They
// belong to other projects and are not kept here. `index.jsonl` says what each reply used.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Dialect } from '../../contract/vocabulary.ts';
import { findProvider } from '../../providers/providers.ts';
import { askServer } from '../../testing/gateway-fixture.ts';
import { type LoopbackServer, startLoopbackServer } from '../../testing/loopback-server.ts';
import { testEngines } from '../../testing/test-database.ts';
import { makeSecret, type Person, startTestServer, type TestServer } from '../../testing/test-server.ts';

interface Row {
  readonly id: string;
  readonly provider: string;
  readonly model: string | null;
  readonly protocol: Dialect;
  readonly stream: boolean;
  readonly status: number;
  readonly has_request: boolean;
  readonly response_file: string;
  readonly response_sha256: string;
  readonly response_headers: Readonly<Record<string, string>>;
  readonly expected_usage: {
    input_total: number;
    output_total: number;
    cache_read: number;
    cache_write: number;
  } | null;
  readonly billing_lines:
    | readonly { input_uncached: number; cache_read: number; cache_write: number; output: number }[]
    | null;
  readonly hand_made_or_edited: boolean;
  readonly concatenated: boolean;
  readonly oracle_note: string | null;
}

const PIECES = [1, 7, 37, 1400];
const directory = process.env.RECORDINGS_DIR ?? '';
const index = join(directory, 'index.jsonl');
const rows: Row[] = existsSync(index)
  ? readFileSync(index, 'utf8')
      .trim()
      .split('\n')
      .map((line): Row => JSON.parse(line))
  : [];

/** Rows whose told usage is not what the index expects, and why. Nothing else may differ. */
const exceptions: Readonly<Record<string, string>> = {
  'test_openrouter-test_openrouter_stream_error.00': 'the chunk with the error tells usage, which the index leaves out',
};
const exceptionOf = (row: Row): string | undefined =>
  Object.entries(exceptions).find(([name]) => row.id.endsWith(name))?.[1];

const providerIds: Readonly<Record<string, string>> = { azure: 'azure-openai', vertex: 'google-vertex' };
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** The request that was recorded, or one that could have been; chat streams ask for usage, so that nothing is edited. */
function requestOf(row: Row): { path: string; body: Buffer } {
  const model = row.model ?? 'a-model';
  const recorded: object = row.has_request
    ? JSON.parse(readFileSync(join(directory, row.id, 'request.json'), 'utf8'))
    : {};
  const options = row.stream && row.protocol === 'openai-chat' ? { stream_options: { include_usage: true } } : {};
  const stream = row.protocol === 'gemini' ? {} : { model, stream: row.stream };
  // A response goes on from one that the same virtual key made, which a replay has not.
  const { previous_response_id: _, ...request }: { previous_response_id?: string } = { ...recorded };
  const body = Buffer.from(JSON.stringify({ ...stream, ...request, ...options }, null, 1));
  const method = row.stream ? 'streamGenerateContent?alt=sse' : 'generateContent';
  const paths: Record<Dialect, string> = {
    'openai-chat': '/v1/chat/completions',
    'openai-responses': '/v1/responses',
    'anthropic-messages': '/v1/messages',
    gemini: `/v1beta/models/${model}:${method}`,
  };
  return { path: paths[row.protocol], body };
}

/** Writes the pieces one by one, each its own packet as far as the system lets it. */
async function writePieces(response: ServerResponse, bytes: Buffer, pieceBytes: number): Promise<void> {
  for (let start = 0; start < bytes.length; start += pieceBytes) {
    const isFull = !response.write(bytes.subarray(start, start + pieceBytes));
    if (isFull) await new Promise((resolve) => response.once('drain', resolve));
  }
  response.end();
}

describe.skipIf(rows.length === 0)('recorded replies through the gateway', () => {
  let target: TestServer;
  let person: Person;
  let upstream: LoopbackServer;
  let next: { row: Row; pieceBytes: number } | null = null;
  let seen: Buffer = Buffer.alloc(0);
  const counts = new Map<string, number>();

  beforeAll(async () => {
    const [engine] = testEngines();
    if (engine === undefined) throw new Error('there is always SQLite');
    target = await startTestServer(engine, { LOG_LEVEL: 'warn' });
    person = await target.newPerson();
    upstream = await startLoopbackServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        seen = Buffer.concat(chunks);
        if (next === null) throw new Error('no recording was chosen');
        const { row, pieceBytes } = next;
        response.writeHead(row.status, { ...row.response_headers });
        void writePieces(response, readFileSync(join(directory, row.id, row.response_file)), pieceBytes);
      });
    });
  });
  afterAll(async () => {
    await target.dispose();
    await upstream.close();
    const report = [...counts].map(([dialect, count]) => `${dialect} ${count}`).join(', ');
    process.stdout.write(`Recordings replayed in pieces of ${PIECES.join(', ')} bytes: ${report}\n`);
  });

  async function issue(row: Row): Promise<string> {
    const id = providerIds[row.provider] ?? row.provider;
    const isPreset = findProvider(id)?.dialects[row.protocol] !== undefined;
    const host = `http://127.0.0.1:${upstream.port}`;
    const custom = { name: row.provider, baseUrl: host, dialects: [row.protocol] };
    const provider = isPreset ? id : (await person.api('POST /api/custom-providers', { body: custom })).id;
    const addresses = isPreset ? { baseUrl: host, baseUrls: { [row.protocol]: host } } : {};
    const body = { provider, name: 'Replay', secret: makeSecret('replay'), ...addresses };
    const { id: keyId } = await person.api('POST /api/keys', { body });
    return (await person.api('POST /api/virtual-keys', { body: { name: 'Replay', keyIds: [keyId] } })).secret;
  }

  it.each(rows.map((row) => [row.id, row] as const))('%s', { timeout: 60_000 }, async (_id, row) => {
    const { path, body } = requestOf(row);
    const recorded = readFileSync(join(directory, row.id, row.response_file));
    for (const pieceBytes of PIECES) {
      // A key that was refused rests, so each replay has one of its own.
      const secret = await issue(row);
      next = { row, pieceBytes };
      const reply = await askServer(target.url, path, { secret, body });
      expect(reply.status).toBe(row.status);
      expect(sha256(reply.body)).toBe(sha256(recorded));
      expect(sha256(seen)).toBe(sha256(body));
      const requestId = String(reply.headers['x-akm-request-id']);
      const { items } = await person.api('GET /api/usage/events', { query: { requestId } });
      expect(items).toHaveLength(1);
      const [event] = items;
      expect(event?.httpStatus).toBe(row.status);
      if (row.expected_usage === null || exceptionOf(row) !== undefined) continue;
      expect({
        state: event?.usageState,
        input: event?.inputTokens,
        output: event?.outputTokens,
        cacheRead: event?.cacheReadTokens,
        cacheWrite: event?.cacheWriteTokens,
      }).toEqual(expectedOf(row));
    }
    counts.set(row.protocol, (counts.get(row.protocol) ?? 0) + 1);
  });
});

/** What the event adds up to: all lines that are billed. */
function expectedOf(row: Row) {
  const lines = row.billing_lines ?? [];
  const usage = row.expected_usage;
  const sum = (of: (line: (typeof lines)[number]) => number): number =>
    lines.reduce((total, line) => total + of(line), 0);
  const isBilled = lines.length > 0;
  return {
    state: 'exact',
    input: isBilled ? sum((line) => line.input_uncached + line.cache_read + line.cache_write) : usage?.input_total,
    output: isBilled ? sum((line) => line.output) : usage?.output_total,
    cacheRead: isBilled ? sum((line) => line.cache_read) : usage?.cache_read,
    cacheWrite: isBilled ? sum((line) => line.cache_write) : usage?.cache_write,
  };
}
