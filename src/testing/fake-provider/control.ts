import { z } from 'zod';
import type { FakeState } from './exchange.ts';
import { compactEntry, type LedgerEntry } from './ledger.ts';
import { changeSettings, fakeBehaviours, fakeSettingsChangeSchema } from './settings.ts';

/** Paths below this are for the people who run the fake, not for its clients. */
export const CONTROL_PATH = '/__control';

const accountChange = z.strictObject({
  secret: z.string().min(1).max(1_000),
  behaviour: z.enum(fakeBehaviours).optional(),
  balance: z.number().optional(),
  models: z.array(z.string().max(200)).max(1_000).optional(),
  settings: fakeSettingsChangeSchema.optional(),
});

const tokens = z.int().min(0);
const replyRule = z.strictObject({
  method: z.string().max(10).optional(),
  path: z.string().max(2_000).optional(),
  secret: z.string().max(1_000).optional(),
  model: z.string().max(200).optional(),
  times: z.int().min(1).optional(),
  reply: z.strictObject({
    httpStatus: z.int().min(200).max(599),
    headers: z.record(z.string(), z.string()).optional(),
    body: z.union([z.string(), z.record(z.string(), z.unknown()), z.array(z.unknown())]).optional(),
    usage: z
      .strictObject({
        inputTokens: tokens,
        cacheReadTokens: tokens,
        cacheWriteTokens: tokens,
        outputTokens: tokens,
        reasoningTokens: tokens,
      })
      .optional(),
  }),
});

const ledgerQuery = z.strictObject({
  /** The number of the last entry that is known already. */
  after: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(100_000).default(10_000),
});

export interface ControlCall {
  readonly query: URLSearchParams;
  readonly body: Buffer;
}

export interface ControlReply {
  readonly httpStatus: number;
  readonly body: unknown;
}

/** Forgets everything since the start: settings, accounts, prepared replies, stored objects and the ledger. */
export function resetFake(state: FakeState): void {
  state.settings = state.initialSettings;
  state.accounts.clear();
  state.replies.clear();
  state.responses.clear();
  state.files.clear();
  state.ledger.clear();
}

/** The control surface for other processes. Malformed input changes nothing and is a 422 that says why. */
export function controlFake(state: FakeState, action: string, call: ControlCall): ControlReply {
  try {
    const result = runAction(state, action, call);
    return result ?? { httpStatus: 404, body: { error: `No control action '${action}'.` } };
  } catch (error) {
    if (error instanceof z.ZodError) return { httpStatus: 422, body: { error: z.prettifyError(error) } };
    if (error instanceof SyntaxError) return { httpStatus: 422, body: { error: 'The body is not JSON.' } };
    throw error;
  }
}

function runAction(state: FakeState, action: string, { query, body }: ControlCall): ControlReply | undefined {
  const input = (): unknown => JSON.parse(body.toString('utf8'));
  switch (action) {
    case 'GET /settings':
      return done(state.settings);
    case 'PUT /settings':
      state.settings = changeSettings(state.settings, fakeSettingsChangeSchema.parse(input()));
      return done(state.settings);
    case 'PUT /accounts': {
      const { secret, ...account } = accountChange.parse(input());
      state.accounts.set(secret, account);
      return done(account);
    }
    case 'PUT /replies': {
      const { reply, ...matcher } = replyRule.parse(input());
      state.replies.add(matcher, reply);
      return done({});
    }
    case 'PUT /reset':
      resetFake(state);
      return done({});
    case 'GET /requests':
      return done({ items: state.ledger.entries.map(withoutBody), totals: state.ledger.totals() });
    case 'GET /ledger':
      return done(ledgerPage(state, ledgerQuery.parse(Object.fromEntries(query))));
    default:
      return undefined;
  }
}

/** Entries in the order of their numbers. `nextAfter` asks for the next page; null: there is none. */
function ledgerPage({ ledger }: FakeState, { after, limit }: { after: number; limit: number }): object {
  const newer = ledger.entries.filter(({ number }) => number > after);
  const items = newer.slice(0, limit).map(compactEntry);
  const nextAfter = newer.length > limit ? (items.at(-1)?.number ?? null) : null;
  const running = ledger.entries.filter(({ outcome }) => outcome === 'running').length;
  return { items, nextAfter, running, totals: ledger.totals() };
}

function done(body: unknown): ControlReply {
  return { httpStatus: 200, body };
}

function withoutBody({ body: _body, ...entry }: LedgerEntry): Omit<LedgerEntry, 'body'> {
  return entry;
}
