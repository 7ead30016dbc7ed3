import type { TestStatus } from '../contract/vocabulary.ts';
import { type Balance, balanceIn } from './balance.ts';
import { classifySignal, type Failure } from './classify-failure.ts';
import { type FailureSignal, readFailureSignal } from './failure-signal.ts';
import { readPath } from './json-reply.ts';
import { listedModels } from './model-list.ts';
import { type ProbeReason, probeReasons } from './probe-reasons.ts';
import type { FailureKind, Provider, ProviderReply, SuccessRule } from './provider.ts';
import { redact } from './redact.ts';

export interface ProbeReading {
  readonly status: TestStatus;
  readonly reason: ProbeReason;
  /** How many models the key may use, where the reply lists them. */
  readonly models?: number;
  readonly balance?: Balance;
  /** What the provider said: one line, bounded, without secrets. */
  readonly detail?: string;
}

export interface ProbeContext {
  /** Never repeated in `detail`. */
  readonly secret?: string | undefined;
  /** True when the reply came from another host than the provider's own. */
  readonly isMoved?: boolean | undefined;
}

/** A reading that says no more than its reason. */
export function readingOf(reason: ProbeReason): ProbeReading {
  return { status: probeReasons[reason].status, reason };
}

/**
 * What a reply to the probe says about the key, in the order: known code or text in the body, the provider's own meaning
 * of the status, the status. Never throws.
 */
export function readProbe(provider: Provider, reply: ProviderReply, context: ProbeContext = {}): ProbeReading {
  const signal = readFailureSignal(reply);
  if (reply.httpStatus >= 300 && reply.httpStatus < 400) return readingOf('redirected');
  const isSuccess = reply.httpStatus >= 200 && reply.httpStatus < 300 && !signal.isHiddenFailure;
  if (isSuccess) return readSuccess(provider, signal, context);

  const failure = classifySignal(provider.failureRules, { signal, reply, context: { secret: context.secret } });
  const reading = readingOf(reasonOfFailure({ provider, signal, failure, context }));
  return failure.detail === '' ? reading : { ...reading, detail: failure.detail };
}

function readSuccess(provider: Provider, signal: FailureSignal, context: ProbeContext): ProbeReading {
  const { json } = signal;
  if (json === undefined || signal.isEmpty) {
    const detail = redact(signal.message, context.secret);
    return { ...readingOf('not_an_api'), ...(detail === '' ? {} : { detail }) };
  }
  if (typeof json !== 'object' || json === null) return readingOf('unexpected_reply');
  const models = listedModels(json);
  if (provider.probe.mustBeList && models === null) return readingOf('not_an_api');
  const balance = provider.balance ? balanceIn(provider.balance, json) : null;
  const rule = provider.probe.successRules?.find((candidate) => applies(candidate, json));
  return {
    ...readingOf(rule?.reason ?? 'valid'),
    ...(models === null ? {} : { models: models.length }),
    ...(balance === null ? {} : { balance }),
  };
}

function applies(rule: SuccessRule, json: unknown): boolean {
  const value = readPath(json, rule.path);
  if ('isPresent' in rule) return value !== undefined && value !== null;
  if ('equals' in rule) return value === rule.equals;
  const isNumeric = typeof value === 'number' || (typeof value === 'string' && value.trim() !== '');
  return isNumeric && Number(value) <= rule.atMost;
}

interface FailureInput {
  readonly provider: Provider;
  readonly signal: FailureSignal;
  readonly failure: Failure;
  readonly context: ProbeContext;
}

function reasonOfFailure({ provider, signal, failure, context }: FailureInput): ProbeReason {
  if (failure.reason !== null) return failure.reason;
  const ownMeaning = context.isMoved ? undefined : provider.probe.statusReasons?.[signal.httpStatus];
  if (failure.decidedBy === 'status' && ownMeaning !== undefined) return ownMeaning;
  if (signal.isHtml && failure.kind === 'wrong_endpoint') return 'wrong_endpoint';
  // A page in place of an answer proves nothing, whatever its status would mean for an API.
  const isAnswer = !signal.isHtml && !signal.isEmpty;
  if (isAnswer && provider.probe.provenBy?.includes(failure.kind)) return 'valid';
  if (failure.kind === 'unknown_model') return failure.decidedBy === 'body' ? 'valid' : 'wrong_endpoint';
  if (failure.kind === 'invalid_key') {
    return provider.siblings.length > 0 && !context.isMoved ? 'other_region' : 'invalid_key';
  }
  return REASON_OF_KIND[failure.kind];
}

const REASON_OF_KIND: Readonly<Record<Exclude<FailureKind, 'unknown_model' | 'invalid_key'>, ProbeReason>> = {
  forbidden: 'forbidden',
  quota_exhausted: 'no_quota',
  rate_limited: 'rate_limited',
  overloaded: 'overloaded',
  context_too_long: 'unexpected_reply',
  bad_request: 'unexpected_reply',
  content_filtered: 'unexpected_reply',
  wrong_endpoint: 'wrong_endpoint',
  provider_error: 'provider_error',
  timeout: 'timeout',
};
