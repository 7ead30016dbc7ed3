import type { CredentialId, WorkspaceId } from '../../contract/ids.ts';
import type { FailureKind } from '../../providers/provider.ts';

/** What an attempt at a provider can fail with. `unreachable`: no reply came. */
export type AttemptFailure = FailureKind | 'unreachable';

export interface RestingCredential {
  readonly credentialId: CredentialId;
  readonly reason: AttemptFailure;
  readonly untilMs: number;
  readonly failures: number;
}

/** Whom a failure is blamed on. Times on a monotonic clock, in ms. */
export interface Blame {
  readonly workspaceId: WorkspaceId;
  readonly credentialId: CredentialId;
  /** A new version of the secret starts afresh. */
  readonly version: number;
  readonly model: string | null;
  readonly origin: string;
}

interface Rest {
  failures: number;
  untilMs: number;
  reason: AttemptFailure;
  workspaceId: WorkspaceId;
  credentialId: CredentialId;
}

/** Milliseconds of the first rest and of the longest; each failure in a row doubles it. */
const rests: {
  readonly [Kind in AttemptFailure]?: { readonly of: 'credential' | 'model' | 'host'; first: number; max: number };
} = {
  invalid_key: { of: 'credential', first: 60_000, max: 600_000 },
  quota_exhausted: { of: 'credential', first: 60_000, max: 1_800_000 },
  rate_limited: { of: 'model', first: 2_000, max: 60_000 },
  overloaded: { of: 'host', first: 2_000, max: 30_000 },
  provider_error: { of: 'host', first: 2_000, max: 30_000 },
  timeout: { of: 'host', first: 5_000, max: 60_000 },
  unreachable: { of: 'host', first: 2_000, max: 30_000 },
};
const RETRY_AFTER_MS_MAX = 3_600_000;
/** One bad reply of a host is an accident; so many in a row are an outage. */
const HOST_FAILURES_MIN = 3;
/** The same limit on so many keys within so long is the host's or our address', not the keys'. */
const SHARED_LIMIT_KEYS_MIN = 3;
const SHARED_LIMIT_MS = 10_000;
const ENTRIES_MAX = 10_000;

export interface Health {
  /** Undefined: may be asked. The reason is that of the last failure. */
  restOf: (blame: Blame, nowMs: number) => { reason: AttemptFailure; waitMs: number; isHost: boolean } | undefined;
  noteFailure: (blame: Blame, failure: AttemptFailure, retryAfterMs: number | null, nowMs: number) => void;
  noteSuccess: (blame: Blame) => void;
  resting: (workspaceId: WorkspaceId, nowMs: number) => RestingCredential[];
}

/**
 * Which credentials and hosts are better left alone for a while. The class of an error decides: a refused key rests by
 * itself, a rate limit rests one model of it for as long as the provider asks, failures of the service rest the host.
 * Only failures in a row count, so a success forgets them.
 */
export function createHealth(): Health {
  const rested = new Map<string, Rest>();
  const limited = new Map<string, Map<CredentialId, number>>();

  const namesOf = (blame: Blame) => ({
    credential: `c ${blame.credentialId} ${blame.version}`,
    model: `m ${blame.credentialId} ${blame.version} ${blame.model ?? ''}`,
    host: `h ${blame.workspaceId} ${blame.origin}`,
  });

  const noteShared = (blame: Blame, nowMs: number): boolean => {
    const keys = limited.get(blame.origin) ?? new Map<CredentialId, number>();
    limited.set(blame.origin, keys);
    keys.set(blame.credentialId, nowMs);
    for (const [id, atMs] of keys) if (nowMs - atMs > SHARED_LIMIT_MS) keys.delete(id);
    if (limited.size > ENTRIES_MAX) limited.clear();
    return keys.size >= SHARED_LIMIT_KEYS_MIN;
  };

  const rest = (name: string, blame: Blame, failure: AttemptFailure, retryAfterMs: number | null, nowMs: number) => {
    const rule = rests[failure];
    if (rule === undefined) return;
    const failures = (rested.get(name)?.failures ?? 0) + 1;
    const asked = retryAfterMs === null ? null : Math.min(retryAfterMs, RETRY_AFTER_MS_MAX);
    const doublings = failures - (rule.of === 'host' ? HOST_FAILURES_MIN : 1);
    const backOffMs = doublings < 0 ? 0 : Math.min(rule.first * 2 ** Math.min(doublings, 20), rule.max);
    const waitMs = asked ?? backOffMs;
    rested.delete(name);
    rested.set(name, {
      failures,
      untilMs: nowMs + waitMs,
      reason: failure,
      workspaceId: blame.workspaceId,
      credentialId: blame.credentialId,
    });
    const oldest = rested.keys().next();
    if (rested.size > ENTRIES_MAX && !oldest.done) rested.delete(oldest.value);
  };

  return {
    restOf(blame, nowMs) {
      if (rested.size === 0) return undefined;
      const names = namesOf(blame);
      for (const scope of ['credential', 'model', 'host'] as const) {
        const found = rested.get(names[scope]);
        if (found !== undefined && found.untilMs > nowMs) {
          return { reason: found.reason, waitMs: found.untilMs - nowMs, isHost: scope === 'host' };
        }
      }
      return undefined;
    },
    noteFailure(blame, failure, retryAfterMs, nowMs) {
      const rule = rests[failure];
      if (rule === undefined) return;
      const names = namesOf(blame);
      rest(names[rule.of], blame, failure, retryAfterMs, nowMs);
      if (failure === 'rate_limited' && noteShared(blame, nowMs)) {
        rest(names.host, blame, failure, retryAfterMs ?? rests.rate_limited?.first ?? null, nowMs);
      }
    },
    noteSuccess(blame) {
      if (rested.size === 0) return;
      for (const name of Object.values(namesOf(blame))) rested.delete(name);
    },
    resting(workspaceId, nowMs) {
      return [...rested.values()]
        .filter((entry) => entry.workspaceId === workspaceId && entry.untilMs > nowMs)
        .map(({ credentialId, reason, untilMs, failures }) => ({ credentialId, reason, untilMs, failures }));
    },
  };
}
