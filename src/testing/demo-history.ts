import { Kysely } from 'kysely';
import type { Client } from '../contract/client.ts';
import type { CredentialId, UserId, VirtualKeyId, WorkspaceId } from '../contract/ids.ts';
import { noTokens, type TokenBuckets } from '../providers/usage/usage-reading.ts';
import type { Schema } from '../server/database/schema.ts';
import { openSqliteDialect } from '../server/database/sqlite.ts';
import { runTransaction } from '../server/database/transaction.ts';
import { newId } from '../server/ids.ts';
import { costOf } from '../server/prices/cost.ts';
import type { UnitPrices } from '../server/prices/unit-prices.ts';
import { applyEvents } from '../server/usage/apply-events.store.ts';
import { type EventRow, toEventRow } from '../server/usage/event-rows.ts';

interface DemoModel {
  provider: string;
  model: string;
  /** US dollars per million tokens; null: no price is known. */
  input: number | null;
  output: number;
  /** How often it is used against the others. */
  weight: number;
}

const demoModels: readonly DemoModel[] = [
  { provider: 'anthropic', model: 'claude-sonnet-4-5', input: 3, output: 15, weight: 30 },
  { provider: 'openai', model: 'gpt-5.5', input: 5, output: 30, weight: 9 },
  { provider: 'openai', model: 'gpt-4o-mini', input: 0.15, output: 0.6, weight: 34 },
  { provider: 'google', model: 'gemini-2.5-pro', input: 1.25, output: 10, weight: 16 },
  { provider: 'deepseek', model: 'deepseek-v4-pro', input: 0.55, output: 2.2, weight: 26 },
  { provider: 'moonshot', model: 'kimi-k2.6', input: 0.95, output: 4, weight: 13 },
  { provider: 'siliconflow', model: 'deepseek-ai/DeepSeek-V3', input: 0.27, output: 1.1, weight: 8 },
  { provider: 'openai', model: 'house-model-1', input: null, output: 0, weight: 1 },
];
const demoTools = ['claude-code', 'claude-code', 'codex', 'openai-python', 'cherry-studio', 'langchain', null] as const;

const DAYS = 62;
const CALLS_PER_DAY = 90;
const DAY_MS = 24 * 3_600_000;
const STEP = 500;
const NANO = 1_000_000_000;

/** Numbers from 0 to 1 that look drawn by chance and are the same every time (a linear congruential generator). */
function chance(): () => number {
  let state = 20_261_122;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

export interface DemoWorkspace {
  workspaceId: WorkspaceId;
  memberId: UserId;
  virtualKeyIds: readonly VirtualKeyId[];
  /** By provider. */
  credentialIds: ReadonlyMap<string, CredentialId>;
}

/** The ids that the calls of the past are ascribed to. */
export async function readDemoWorkspace(api: Client): Promise<DemoWorkspace> {
  const { user, activeWorkspaceId } = await api('GET /api/me');
  const keys = await api('GET /api/keys', { query: { limit: 100 } });
  const virtualKeys = await api('GET /api/virtual-keys', { query: { limit: 100 } });
  return {
    workspaceId: activeWorkspaceId,
    memberId: user.id,
    virtualKeyIds: virtualKeys.items.map(({ id }) => id),
    credentialIds: new Map(keys.items.map(({ provider, id }) => [provider, id])),
  };
}

/**
 * Two months of calls, written beside the running server into its SQLite database: such a past cannot be made by calling.
 * Money that is already spent in this month does not reach the budgets, which follow the calls of the server itself.
 */
export async function addDemoHistory(dataDirectory: string, workspace: DemoWorkspace, nowMs: number): Promise<number> {
  const kysely = new Kysely<Schema>({ dialect: openSqliteDialect(dataDirectory) });
  try {
    const rows = demoRows(workspace, nowMs);
    for (let from = 0; from < rows.length; from += STEP)
      await runTransaction(kysely, (transaction) => applyEvents(transaction, rows.slice(from, from + STEP)));
    return rows.length;
  } finally {
    await kysely.destroy();
  }
}

function demoRows(workspace: DemoWorkspace, nowMs: number): EventRow[] {
  const random = chance();
  const rows: EventRow[] = [];
  for (let day = DAYS; day >= 1; day -= 1) {
    const startMs = nowMs - day * DAY_MS;
    const isWeekend = [0, 6].includes(new Date(startMs).getUTCDay());
    const growth = 1.4 - day / DAYS;
    const calls = Math.round(CALLS_PER_DAY * growth * (isWeekend ? 0.35 : 1) * (0.7 + random() * 0.6));
    for (let call = 0; call < calls; call += 1) {
      // Most work is done in the middle of the day.
      const timeMs = Math.round(startMs + ((random() + random() + random()) / 3) * DAY_MS);
      rows.push(demoRow(workspace, timeMs, random));
    }
  }
  return rows;
}

function demoRow(workspace: DemoWorkspace, timeMs: number, random: () => number): EventRow {
  const { provider, model, input, output } = drawModel(random());
  const { workspaceId, memberId, virtualKeyIds, credentialIds } = workspace;
  const [firstKey] = credentialIds.values();
  const [firstVirtualKey] = virtualKeyIds;
  const credentialId = credentialIds.get(provider) ?? firstKey;
  const virtualKeyId = virtualKeyIds[Math.floor(random() ** 1.5 * virtualKeyIds.length)] ?? firstVirtualKey;
  if (credentialId === undefined || virtualKeyId === undefined) throw new Error('The demo workspace has no keys.');
  const isFailed = random() < 0.02;
  const isCutOff = !isFailed && random() < 0.025;
  const tokens = isFailed ? noTokens : demoTokens(random);
  const unitPrices = input === null ? null : pricesOf(input, output);
  const latencyMs = Math.round(400 + random() ** 3 * 14_000);
  const lines = isFailed ? [] : [{ model, tokens }];
  const id = newId('UsageEvent', timeMs);
  return toEventRow(
    {
      type: 'open',
      id,
      workspaceId,
      requestId: crypto.randomUUID(),
      attempt: 1,
      timeMs,
      dialect: provider === 'anthropic' ? 'anthropic-messages' : provider === 'google' ? 'gemini' : 'openai-chat',
      endpoint: provider === 'anthropic' ? 'messages' : 'chat/completions',
      provider,
      model,
      upstreamModel: model,
      credentialId,
      virtualKeyId,
      memberId,
      tool: demoTools[Math.floor(random() * demoTools.length)] ?? null,
      isStream: random() < 0.7,
      estimatedInputTokens: 0,
      unitPrices,
    },
    {
      type: 'settle',
      id,
      outcome: isFailed ? 'error' : isCutOff ? 'client_gone' : 'ok',
      isFinal: true,
      httpStatus: isFailed ? 529 : 200,
      errorCode: isFailed ? 'overloaded' : null,
      errorDetail: isFailed ? 'Overloaded, try again later.' : null,
      servedModel: isFailed ? null : model,
      lines,
      usageState: isCutOff ? 'estimated' : 'exact',
      costNanoUsd: isFailed ? 0 : costOf(lines.map((line) => ({ tokens: line.tokens, unitPrices }))),
      unitPrices: lines.map(() => unitPrices),
      latencyMs,
      firstByteMs: isFailed ? null : Math.round(200 + latencyMs * random() * 0.25),
      upstreamRequestId: null,
      responseId: null,
    },
  );
}

function drawModel(draw: number): DemoModel {
  const whole = demoModels.reduce((sum, { weight }) => sum + weight, 0);
  let left = draw * whole;
  for (const model of demoModels) {
    left -= model.weight;
    if (left < 0) return model;
  }
  throw new Error('A number drawn by chance was not below one.');
}

function demoTokens(random: () => number): TokenBuckets {
  const whole = Math.round(800 + random() ** 2 * 40_000);
  const cacheRead = random() < 0.6 ? Math.round(whole * random() * 0.8) : 0;
  const cacheWrite5m = cacheRead === 0 ? 0 : Math.round((whole - cacheRead) * 0.2);
  const written = Math.round(60 + random() ** 2 * 2400);
  const reasoning = random() < 0.3 ? Math.round(written * random()) : 0;
  return {
    ...noTokens,
    inputUncached: whole - cacheRead - cacheWrite5m,
    cacheRead,
    cacheWrite5m,
    output: written - reasoning,
    reasoning,
  };
}

function pricesOf(input: number, output: number): UnitPrices {
  const nano = (usd: number) => Math.round(usd * NANO);
  return {
    inputUncached: nano(input),
    cacheRead: nano(input * 0.1),
    cacheWrite5m: nano(input * 1.25),
    cacheWrite1h: nano(input * 2),
    audioInput: null,
    audioCacheRead: null,
    imageInput: null,
    output: nano(output),
    reasoning: nano(output),
    audioOutput: null,
    imageOutput: null,
    perRequest: 0,
    source: 'catalogue',
  };
}
