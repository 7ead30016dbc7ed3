import type { Dialect } from '../contract/vocabulary.ts';
import type { ProbeReason } from './probe-reasons.ts';

export type { Dialect };

type Region = 'cn' | 'global' | 'local';

/** Where a secret travels. No provider here takes it in the URL, where it would end up in logs. */
export type Auth =
  | { readonly kind: 'bearer'; readonly name: 'Authorization' }
  | { readonly kind: 'header'; readonly name: string };

/** Dotted paths into a reply (or, for streams, into the frame that carries the usage). */
interface UsagePaths {
  readonly input: string;
  readonly output: string | null;
  readonly total: string | null;
  readonly cachedInput: readonly string[];
  readonly cacheWrite: readonly string[];
  readonly reasoning: readonly string[];
}

export interface UsageRules {
  readonly paths: UsagePaths;
  /** False: cache reads and writes are counted beside `input`, so all input is their sum. */
  readonly inputIncludesCached: boolean;
  /**
   * False: reasoning is counted beside `output`, so billed output is their sum. `by-numbers`: the reply itself shows it,
   * by its total or by more reasoning than output.
   */
  readonly outputIncludesReasoning: boolean | 'by-numbers';
  /** What those tokens are that only the total counts. Absent: the total is not used for that. */
  readonly totalSurplus?: 'input' | 'output';
  /** True: a stream carries no usage unless `stream_options.include_usage` asks for it. */
  readonly streamNeedsIncludeUsage: boolean;
  /** Which frame of a stream carries the usage. `start-and-delta` is Anthropic's pair, merged. */
  readonly streamLocation: 'extra-chunk' | 'last-chunk' | 'every-chunk' | 'final-event' | 'start-and-delta' | 'none';
}

/** How one wire format of a provider is reached. */
export interface DialectAccess {
  /** `{resource}`, `{region}` and `{baseUrl}` stand for what the person fills in. */
  readonly baseUrl: string;
  readonly auth: Auth;
  /** Used in place of `auth` for secrets of this pattern. */
  readonly alternativeAuth?: { readonly secretPattern: string; readonly auth: Auth };
  /** Fixed headers that every call needs. */
  readonly headers: Readonly<Record<string, string>>;
  /** Paths below the base URL. */
  readonly endpoints: readonly string[];
  readonly usage: UsageRules;
  readonly note?: string;
}

/** In the order of preference: the first is the main dialect, whose base URL a credential's own base URL replaces. */
export type Dialects = { readonly [D in Dialect]?: DialectAccess };

export interface KeyFormat {
  /** Source of a regular expression for the whole secret. */
  readonly pattern: string | null;
  /** The usual beginning, as shown to people. */
  readonly prefix: string | null;
  readonly morePrefixes?: readonly string[];
  /** True when no other provider issues secrets of this pattern, although the prefix is common. */
  readonly isUnmistakable?: true;
  readonly example: string | null;
}

export const failureKinds = [
  'invalid_key',
  'forbidden',
  'quota_exhausted',
  'rate_limited',
  'overloaded',
  'unknown_model',
  'context_too_long',
  'bad_request',
  'content_filtered',
  'wrong_endpoint',
  'provider_error',
  'timeout',
] as const;
export type FailureKind = (typeof failureKinds)[number];

/** All conditions that are present must hold. The first rule that holds decides, whatever the HTTP status says. */
export interface FailureRule {
  readonly httpStatus?: readonly number[];
  /** One of these is the code, type, status or reason in the body, compared exactly. */
  readonly codes?: readonly string[];
  /** Searched in the messages and codes of the body. */
  readonly text?: RegExp;
  readonly notText?: RegExp;
  readonly isEmpty?: true;
  readonly kind: FailureKind;
  /** Sharper words for the connection test than the kind alone gives. */
  readonly reason?: ProbeReason;
}

/** What a success reply can still say about the key. Paths that are absent say nothing. */
export type SuccessRule = { readonly path: string; readonly reason: ProbeReason } & (
  | { readonly equals: boolean | string }
  | { readonly atMost: number }
  | { readonly isPresent: true }
);

/** The cheapest call that proves a key. */
export interface Probe {
  readonly method: 'GET' | 'POST';
  /** A path on the main base URL, or a full address that is used only on the provider's own hosts. */
  readonly at: string;
  readonly body?: Readonly<Record<string, unknown>>;
  /** Failures that only a request with a good key reaches. */
  readonly provenBy?: readonly FailureKind[];
  readonly successRules?: readonly SuccessRule[];
  /** What an HTTP status means here, on the provider's own hosts, when the body has no code that says more. */
  readonly statusReasons?: Readonly<Record<number, ProbeReason>>;
  /** True: the path may answer without any key, so a success is compared with the same call without one. */
  readonly mayBePublic?: true;
  /** True: only a list of models counts as a success. */
  readonly mustBeList?: true;
}

export interface BalanceFacts {
  /** As in Probe. */
  readonly at: string;
  /** `at` starts at the origin and not at the base URL. */
  readonly fromOrigin?: true;
  /** Path of a list of accounts, one per currency; `amount` and `currency` are then read inside it. */
  readonly list?: string;
  readonly amount: string;
  /** Path of what is used up and has to be taken off. */
  readonly minus?: string;
  /** The provider counts credit as a negative number. */
  readonly isNegated?: true;
  /** The amount counts units of 10^-decimals. */
  readonly decimals?: number;
  readonly currency: string | { readonly path: string };
}

interface ModelListFacts {
  /** As in Probe. */
  readonly at: string;
  /** True: answers without a key, so it proves nothing about one. */
  readonly isPublic?: true;
}

/** Names of environment variables, the usual one first. */
export interface EnvironmentNames {
  readonly secret: readonly string[];
  readonly baseUrl: readonly string[];
  readonly other: readonly string[];
}

/** A pair `id|secret` (OAuth 2.0 client credentials, RFC 6749 section 4.4) that some accounts hold in place of a key. */
interface PairedSecret {
  /** Source of a regular expression with two groups: the id and the secret. */
  readonly pattern: string;
  readonly tokenUrl: string;
}

export interface Provider {
  /** Lower case with dashes; a workspace's own providers begin with `cp_`. */
  readonly id: string;
  readonly status: 'active' | 'legacy';
  readonly name: string;
  readonly nameZh: string;
  readonly region: Region;
  readonly website: string | null;
  readonly consoleUrl: string | null;
  readonly docsUrl: string | null;
  /** The default shown to people; null where the person must give a host of their own. */
  readonly baseUrl: string | null;
  readonly baseUrlExample?: string;
  /** Paths that people paste with the host and that are not the main dialect's. */
  readonly pathFixes?: readonly { readonly from: RegExp; readonly to: string }[];
  readonly keyFormat: KeyFormat;
  /** Secrets that are real but that no single call can prove (signed requests, service accounts). */
  readonly untestablePattern?: string;
  readonly pairedSecret?: PairedSecret;
  /** True for servers that may run without any key. */
  readonly isKeyOptional: boolean;
  readonly dialects: Dialects;
  /** The provider's own API, for what it offers outside the dialects. The main interface where there is no dialect. */
  readonly native?: DialectAccess;
  /** Other hosts of the same vendor: subscription plans, regions, older domains. */
  readonly otherBaseUrls: readonly { readonly dialect: Dialect | null; readonly url: string; readonly note: string }[];
  readonly probe: Probe;
  readonly balance: BalanceFacts | null;
  readonly modelList: ModelListFacts | null;
  readonly environment: EnvironmentNames;
  /** The same vendor's other region: separate accounts, separate keys. */
  readonly siblings: readonly string[];
  readonly failureRules: readonly FailureRule[];
  readonly quirks: readonly string[];
}

/** The body is decoded text; header names are compared without case. */
export interface ProviderReply {
  readonly httpStatus: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface ProviderRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}
