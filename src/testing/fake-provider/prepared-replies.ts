import type { LedgerEntry } from './ledger.ts';
import type { FakeUsage } from './settings.ts';

/** Absent fields match everything. */
export interface ReplyMatcher {
  readonly method?: string | undefined;
  /** The path with its query; text must be equal or, ending in `*`, begin so. */
  readonly path?: string | RegExp | undefined;
  readonly secret?: string | undefined;
  readonly model?: string | undefined;
  /** How often the reply is given; without it, always. */
  readonly times?: number | undefined;
}

export interface PreparedReply {
  readonly httpStatus: number;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** An object is sent as JSON. */
  readonly body?: string | Buffer | object | undefined;
  /** What the ledger counts for it. */
  readonly usage?: FakeUsage | undefined;
}

export type PreparedReplySource = PreparedReply | ((request: LedgerEntry) => PreparedReply);

export interface PreparedReplies {
  /** The newest matching reply goes first. Returns a function that takes it back. */
  add(matcher: ReplyMatcher, reply: PreparedReplySource): () => void;
  find(request: LedgerEntry): PreparedReply | null;
  clear(): void;
}

export function createPreparedReplies(): PreparedReplies {
  interface Rule {
    readonly matcher: ReplyMatcher;
    readonly reply: PreparedReplySource;
    timesLeft: number;
  }
  const rules: Rule[] = [];
  const remove = (rule: Rule): void => {
    const position = rules.indexOf(rule);
    if (position >= 0) rules.splice(position, 1);
  };
  return {
    add: (matcher, reply) => {
      const rule: Rule = { matcher, reply, timesLeft: matcher.times ?? Number.POSITIVE_INFINITY };
      rules.unshift(rule);
      return () => remove(rule);
    },
    find: (request) => {
      const rule = rules.find(({ matcher }) => matches(matcher, request));
      if (!rule) return null;
      rule.timesLeft -= 1;
      if (rule.timesLeft <= 0) remove(rule);
      return typeof rule.reply === 'function' ? rule.reply(request) : rule.reply;
    },
    clear: () => {
      rules.length = 0;
    },
  };
}

function matches(matcher: ReplyMatcher, request: LedgerEntry): boolean {
  return (
    (matcher.method === undefined || matcher.method === request.method) &&
    (matcher.secret === undefined || matcher.secret === request.secret) &&
    (matcher.model === undefined || matcher.model === request.model) &&
    (matcher.path === undefined || pathMatches(matcher.path, request.path))
  );
}

function pathMatches(wanted: string | RegExp, path: string): boolean {
  if (wanted instanceof RegExp) return wanted.test(path);
  return wanted.endsWith('*') ? path.startsWith(wanted.slice(0, -1)) : wanted === path;
}
