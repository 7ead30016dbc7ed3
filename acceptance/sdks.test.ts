import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anthropic } from './clients/anthropic.ts';
import { google } from './clients/google.ts';
import { openai } from './clients/openai.ts';
import { vercelAi } from './clients/vercel-ai.ts';
import { models, type Sdk, weatherReport } from './sdk.ts';
import { startTarget, type Target, type Tokens } from './target.ts';

let target: Target;
beforeAll(async () => {
  target = await startTarget();
});
afterAll(() => target?.close());

const TEXT = 'Hello from the fake provider: ça va, 你好 🎉';
const CALL_INPUT = { city: 'Paris 巴黎', days: 1 };
const usage = { inputTokens: 120, cacheReadTokens: 40, reasoningTokens: 7 };
const settings = { contentTokens: 9, usage };
/** What one call is billed with these settings. */
const billed: Tokens = { inputTokens: 120, outputTokens: 16 };

/** Runs one call of a client and gives what reached the provider meanwhile. */
async function calling<Result>(run: (target: Target) => Promise<Result>) {
  const before = target.fake.totals().requests;
  const result = await run(target);
  await target.fake.idle();
  const count = target.fake.totals().requests - before;
  return { result, requests: count === 0 ? [] : target.fake.requests.slice(-count) };
}

const callsOf = <Result>(calls: Readonly<Record<string, (target: Target) => Promise<Result>>> = {}) =>
  Object.entries(calls).map(([call, run]) => ({ call, run }));

const sdks: readonly Sdk[] = [openai, anthropic, google, vercelAi];

describe.each(sdks)('$name', (sdk) => {
  it.each(callsOf(sdk.answers))('$call answers, and tells the tokens that the provider bills', async ({ run }) => {
    target.fake.configure({ ...settings, toolCalls: 0 });
    const { result, requests } = await calling(run);
    expect(result.text).toBe(TEXT);
    expect(result.usage).toBeOneOf([billed, 'not asked']);
    expect(new Set(requests.map((request) => request.httpStatus))).toEqual(new Set([200]));
    expect(requests.at(-1)?.usage).toMatchObject(billed);
  });

  it.each(callsOf(sdk.toolRoundTrips))(
    '$call calls tools, in parallel, and answers with their results',
    async ({ run }) => {
      target.fake.configure({ ...settings, toolCalls: 2 });
      const { result, requests } = await calling(run);
      expect(result.inputs).toEqual([CALL_INPUT, CALL_INPUT]);
      expect(result.text).toBe(TEXT);
      expect([billed, null]).toContainEqual(result.usage);
      expect(requests).toHaveLength(2);
      expect(requests[0]?.body.toString()).not.toContain(weatherReport);
      expect(requests[1]?.body.toString()).toContain(weatherReport);
    },
  );

  it.each(callsOf(sdk.modelLists))('$call lists what can be used', async ({ run }) => {
    const { result } = await calling(run);
    expect(result).toContain(
      { openai: models.openai, '@anthropic-ai/sdk': models.anthropic, '@google/genai': models.google }[sdk.name],
    );
  });

  it.each(callsOf(sdk.embeddings))('$call gives one vector for each text', async ({ run }) => {
    const { result } = await calling(run);
    expect(result).toHaveLength(2);
    for (const vector of result) expect(vector.every((value) => Number.isFinite(value))).toBe(true);
    expect(result[0]?.length).toBeGreaterThan(2);
  });

  it.each(callsOf(sdk.counts))('$call counts without being billed', async ({ run }) => {
    target.fake.configure(settings);
    const { result, requests } = await calling(run);
    expect(result).toBe(billed.inputTokens);
    expect(requests.map((request) => request.usage)).toEqual([null]);
  });
});

it('the usage log has one row for each call that the provider has billed, with its tokens', async ({ skip }) => {
  if (target.kind === 'fake') skip('The fake provider keeps no books.');
  await target.fake.idle();
  const ledger = target.fake.requests.flatMap(({ requestId, usage: told }) =>
    told
      ? [{ id: requestId, inputTokens: told.inputTokens, outputTokens: told.outputTokens, usageState: 'exact' }]
      : [],
  );
  expect(ledger.length).toBeGreaterThan(30);
  const ids = new Set(ledger.map(({ id }) => id));
  const readRows = async () => {
    const rows = ((await target.readUsage()) ?? []).flatMap((row) =>
      row.upstreamRequestId !== null && ids.has(row.upstreamRequestId) ? [{ ...row, id: row.upstreamRequestId }] : [],
    );
    return rows
      .map(({ id, inputTokens, outputTokens, usageState }) => ({ id, inputTokens, outputTokens, usageState }))
      .sort((one, other) => one.id.localeCompare(other.id));
  };
  const expected = ledger.sort((one, other) => one.id.localeCompare(other.id));
  await expect.poll(readRows, { timeout: 10_000 }).toEqual(expected);
});

it('the provider sees its own keys and never the key that the clients send', ({ skip }) => {
  if (target.kind === 'fake') skip('The clients send the key of the provider.');
  expect(target.fake.requests.length).toBeGreaterThan(30);
  for (const request of target.fake.requests) {
    expect(target.providerSecrets).toContain(request.secret);
    const seen = JSON.stringify([request.path, request.headers]) + request.body.toString();
    expect(seen).not.toContain(target.secret);
  }
});

it('the SDKs are those that package.json names, in exact versions', () => {
  const { dependencies } = JSON.parse(readFileSync(join(import.meta.dirname, 'package.json'), 'utf8'));
  for (const [name, specifier] of Object.entries<string>(dependencies)) {
    const manifest = join(import.meta.dirname, 'node_modules', name, 'package.json');
    const installed = JSON.parse(readFileSync(manifest, 'utf8'));
    expect(`npm:${installed.name}@${installed.version}`).toBe(specifier);
  }
});
