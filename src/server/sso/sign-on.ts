import {
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  fetchUserInfo,
  randomPKCECodeVerifier,
} from 'openid-client';
import { z } from 'zod';
import type { SessionId, UserId } from '../../contract/ids.ts';
import { addressOf } from '../accounts/link-address.ts';
import { recordAuditEvent } from '../audit-events/audit-events.ts';
import type { Actor, CallContext } from '../context.ts';
import { AppError } from '../http-errors.ts';
import { OutboundError } from '../outbound.ts';
import { type Attempt, consumeAttempt, keepAttempt, newToken, type Purpose } from './attempts.ts';
import { openProviderClient, type ProviderClient } from './provider-client.ts';

/** The page of the dashboard to which providers send people back. */
export const CALLBACK_PATH = '/sso/callback';

/** How old the sign-in at the provider may be that proves a person anew. */
const CONFIRM_SECONDS_MAX = 120;

/** Who somebody is, as the provider says. Issuer and subject are the identity; the rest may change. */
export interface ProvedIdentity {
  readonly issuer: string;
  readonly subject: string;
  readonly email: string | null;
  readonly emailVerified: boolean;
  readonly name: string | null;
  /** Whether the provider reports a second factor, and is trusted with that. */
  readonly secondFactor: boolean;
}

/**
 * Begins: gives the address to send the browser to, and the browser a cookie. Authorization code with PKCE (S256), state
 * and nonce (RFC 9700 section 2.1). Throws `sso_not_set_up` and `sso_failed`.
 */
export async function beginSignOn(
  context: CallContext,
  { purpose, by }: { purpose: Purpose; by: { userId: UserId; sessionId: SessionId } | null },
): Promise<{ url: string }> {
  const redirectUri = addressOf(context, CALLBACK_PATH);
  if (redirectUri === null) throw new AppError('sso_not_set_up');
  const { configuration, setting } = await openProviderClient(context.services);
  const verifier = randomPKCECodeVerifier();
  const state = `${purpose}.${newToken()}`;
  const nonce = newToken();
  const browserToken = newToken();
  const { issuer, clientId } = setting;
  await keepAttempt(context, state, {
    purpose,
    userId: by?.userId ?? null,
    sessionId: by?.sessionId ?? null,
    browser: '',
    browserToken,
    issuer,
    clientId,
    redirectUri,
    nonce,
    verifier,
  });
  context.setBrowserToken(browserToken);
  const url = buildAuthorizationUrl(configuration, {
    redirect_uri: redirectUri,
    scope: 'openid email profile',
    code_challenge: await calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    nonce,
    // Who is to prove themselves anew is asked anew, whatever the provider remembers.
    ...(purpose === 'confirm' ? { prompt: 'login', max_age: String(CONFIRM_SECONDS_MAX) } : {}),
  });
  return { url: url.href };
}

/**
 * Finishes what this browser began: exchanges the code and checks state, issuer (RFC 9207), nonce, audience, times and
 * signature of the ID token. Throws `sso_failed`, the same for every reason; the reason goes to log and audit trail.
 */
export async function finishSignOn(
  context: CallContext,
  query: string,
  { purposes, actor }: { purposes: readonly Purpose[]; actor: Actor | null },
): Promise<{ attempt: Attempt; identity: ProvedIdentity }> {
  try {
    const state = new URLSearchParams(query).get('state') ?? '';
    const attempt = await consumeAttempt(context, state, purposes);
    const client = await openProviderClient(context.services);
    // Begun with a provider that is no longer the one: its answer is nothing for this one.
    const isSame = client.setting.issuer === attempt.issuer && client.setting.clientId === attempt.clientId;
    if (!isSame) throw new AppError('sso_failed');
    return { attempt, identity: await readIdentity(client, attempt, { query, state }) };
  } catch (error) {
    if (error instanceof AppError && error.code !== 'sso_failed') throw error;
    const reason = `sso_${reasonOf(error)}`;
    context.services.log.warn({ reason }, 'a sign-in through the organisation failed');
    await recordAuditEvent(context.services.database.kysely, context, {
      action: 'account.signed_in',
      actor,
      result: 'denied',
      reason,
      details: { method: 'oidc', secondFactor: false },
    });
    throw new AppError('sso_failed', { cause: error });
  }
}

const Claims = z.object({
  iss: z.string().min(1).max(2048),
  // OpenID Connect Core section 2: at most 255 characters.
  sub: z.string().min(1).max(255),
  amr: z.array(z.string()).catch([]),
  acr: z.string().catch(''),
});

const Profile = z.object({
  email: z.string().max(254).nullable().catch(null),
  email_verified: z.boolean().catch(false),
  name: z.string().nullable().catch(null),
});

async function readIdentity(
  { configuration, setting }: ProviderClient,
  attempt: Attempt,
  { query, state }: { query: string; state: string },
): Promise<ProvedIdentity> {
  const answer = new URL(attempt.redirectUri);
  answer.search = query;
  const tokens = await authorizationCodeGrant(configuration, answer, {
    expectedState: state,
    expectedNonce: attempt.nonce,
    pkceCodeVerifier: attempt.verifier,
    idTokenExpected: true,
    ...(attempt.purpose === 'confirm' ? { maxAge: CONFIRM_SECONDS_MAX } : {}),
  });
  const raw = tokens.claims();
  const claims = Claims.parse(raw);
  // Many providers tell the mailbox at a second address only; it answers for this very subject or not at all.
  const isToldElsewhere =
    raw?.['email'] === undefined && configuration.serverMetadata().userinfo_endpoint !== undefined;
  const told = isToldElsewhere ? await fetchUserInfo(configuration, tokens.access_token, claims.sub) : raw;
  const profile = Profile.parse({ ...told });
  return {
    issuer: claims.iss,
    subject: claims.sub,
    email: profile.email,
    emailVerified: profile.email_verified,
    name: profile.name,
    secondFactor: setting.trustsProviderMfa && reportsSecondFactor(claims),
  };
}

/** `mfa` in `amr` (RFC 8176), or an `acr` that names it: there is no registry of those. */
function reportsSecondFactor({ amr, acr }: { amr: readonly string[]; acr: string }): boolean {
  return amr.includes('mfa') || /(?:^|[^a-z])mfa(?:$|[^a-z])|multi-?factor/i.test(acr);
}

/** What went wrong, in a word of ours or of the library: never what the provider sent. */
function reasonOf(error: unknown): string {
  if (error instanceof AppError) return 'not_begun_here';
  if (error instanceof OutboundError) return error.code;
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause instanceof OutboundError) return cause.code;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return /^OAUTH_[A-Z_]{1,60}$/.test(code) ? code.toLowerCase() : 'refused';
}
