// Replays recorded replies of real providers, where a folder of them is given: they belong to other projects, so they are
// not kept here. Each row of `index.jsonl` says what the reply used, as an independent reader worked it out.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { custom } from '../custom.ts';
import type { Dialect, Provider } from '../provider.ts';
import { providers } from '../providers.ts';
import { createUsageReader } from './usage-reader.ts';
import type { BillingLine, UsageReading } from './usage-reading.ts';

interface Usage {
  readonly input_total: number;
  readonly input_uncached: number;
  readonly cache_read: number;
  readonly cache_write: number;
  readonly cache_write_1h?: number;
  readonly output_total: number;
  readonly reasoning: number | null;
}

interface Line {
  readonly model: string;
  readonly input_uncached: number;
  readonly cache_read: number;
  readonly cache_write: number;
  readonly output: number;
}

interface Row {
  readonly id: string;
  readonly provider: string;
  readonly protocol: Dialect;
  readonly status: number;
  readonly response_file: string;
  readonly response_headers: Readonly<Record<string, string>>;
  readonly expected_usage: Usage | null;
  readonly billing_lines: readonly Line[] | null;
  readonly expected_error: { readonly message?: string; readonly error?: { readonly message?: string } } | null;
}

const directory = process.env.RECORDINGS_DIR ?? '';
const rows: readonly Row[] = existsSync(join(directory, 'index.jsonl'))
  ? readFileSync(join(directory, 'index.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line): Row => JSON.parse(line))
  : [];

/** Rows where the told usage and what the index expects differ, and why. Nothing else may. */
const exceptions: Readonly<Record<string, string>> = {
  'test_openrouter-test_openrouter_stream_error.00':
    'the chunk with the error tells usage too, which the index leaves out',
};

const providerIds: Readonly<Record<string, string>> = {
  azure: 'azure-openai',
  vertex: 'google-vertex',
  huggingface: 'huggingface',
};
const endpoints: Readonly<Record<Dialect, string>> = {
  'openai-chat': 'chat/completions',
  'openai-responses': 'responses',
  'anthropic-messages': 'messages',
  gemini: 'generateContent',
};

function providerOf({ provider, protocol }: Row): Provider {
  const id = providerIds[provider] ?? provider;
  const preset = providers.find((candidate) => candidate.id === id);
  return preset?.dialects[protocol] === undefined ? custom : preset;
}

function replay(row: Row, bytesPerPiece: number): UsageReading {
  const body = readFileSync(join(directory, row.id, row.response_file));
  const reader = createUsageReader({
    provider: providerOf(row),
    dialect: row.protocol,
    endpoint: endpoints[row.protocol],
    contentType: row.response_headers['content-type'] ?? null,
    httpStatus: row.status,
  });
  for (let from = 0; from < body.length; from += bytesPerPiece) reader.push(body.subarray(from, from + bytesPerPiece));
  reader.end();
  return reader.read();
}

function lineOf({ tokens, model }: BillingLine): Line {
  return {
    model: model ?? '',
    input_uncached: tokens.inputUncached + tokens.audioInput + tokens.imageInput,
    cache_read: tokens.cacheRead + tokens.audioCacheRead,
    cache_write: tokens.cacheWrite5m + tokens.cacheWrite1h,
    output: tokens.output + tokens.reasoning + tokens.audioOutput + tokens.imageOutput,
  };
}

/** A reply that names no model is billed by the asked one, which only the request says. */
function expectedLine(
  { input_uncached, cache_read, cache_write, output, model }: Line,
  told: BillingLine | undefined,
): Line {
  return { model: told?.model === null ? '' : model, input_uncached, cache_read, cache_write, output };
}

/** What a row expects of a reading, in the words of the index. */
function expectedOf(row: Row, reading: UsageReading): unknown {
  const message = row.expected_error?.message ?? row.expected_error?.error?.message ?? null;
  const lines = row.billing_lines?.map((line, index) => expectedLine(line, reading.lines?.[index])) ?? null;
  return {
    message,
    lines,
    reasoning: row.expected_usage?.reasoning ?? 0,
    oneHour: row.expected_usage?.cache_write_1h ?? 0,
  };
}

function toldBy(row: Row, reading: UsageReading): unknown {
  const tokens = reading.lines?.[0]?.tokens;
  return {
    message: reading.error?.message ?? null,
    lines: reading.lines?.map(lineOf) ?? null,
    // A reader that takes hidden thinking for output knows more of reasoning than the reply says.
    reasoning: row.expected_usage?.reasoning ? tokens?.reasoning : 0,
    oneHour: tokens?.cacheWrite1h ?? 0,
  };
}

const isException = ({ id }: Row): boolean => exceptions[id.split('/').at(-1) ?? ''] !== undefined;

describe.skipIf(rows.length === 0)('recorded replies', () => {
  it.each(rows)('$id reads the same in whatever pieces it comes', (row) => {
    const reading = replay(row, 1400);
    for (const bytesPerPiece of [1, 7, 37]) expect(replay(row, bytesPerPiece)).toEqual(reading);
  });

  it.each(rows.filter((row) => !isException(row)))('$id tells what the index expects', (row) => {
    const reading = replay(row, 1400);
    expect(toldBy(row, reading)).toEqual(expectedOf(row, reading));
  });

  it('are all of them read, but for named exceptions', () => {
    for (const dialect of new Set(rows.map(({ protocol }) => protocol))) {
      const own = rows.filter(({ protocol }) => protocol === dialect);
      const told = own.filter((row) => row.expected_usage !== null).length;
      const left = own.filter(isException).length;
      process.stdout.write(`recordings ${dialect}: ${own.length} replies, ${told} with usage, ${left} excepted\n`);
    }
    expect(rows.filter(isException).map(({ id }) => id.split('/').at(-1))).toEqual(Object.keys(exceptions));
  });
});
