import { buildBalance, readBalance } from '../../providers/balance.ts';
import { type ProbeOutcome, probeCredential } from '../../providers/probe.ts';
import { probeSentence } from '../../providers/probe-reasons.ts';
import type { Provider, ProviderReply, ProviderRequest } from '../../providers/provider.ts';
import { findProvider } from '../../providers/providers.ts';
import { recordAuditEvent } from '../audit-events/audit-events.ts';
import type { Handler, WorkspaceContext } from '../context.ts';
import type { DatabaseHandle } from '../database/open.ts';
import type { RowChange } from '../database/schema.ts';
import { AppError } from '../http-errors.ts';
import { OutboundError, type OutboundErrorCode } from '../outbound.ts';
import { findKnownProvider, requireProvider } from '../providers/known-providers.ts';
import { Secret } from '../secret.ts';
import type { Services } from '../services.ts';
import { actorOf } from '../sessions/sessions.ts';
import { openSecret, refuseUnknownHost } from './credential-secret.ts';
import { type CredentialRow, readBaseUrls } from './credential-view.ts';
import { findCredentialRow, updateCredentialAt } from './credentials.store.ts';
import { findDuplicate, targetOf } from './credentials.ts';
import { findLiveCredential } from './find-credential.ts';
import { checkAddresses, type GivenAddresses, originsOf } from './provider-address.ts';

const PROBE_TIMEOUT_MS = 15_000;
const PROBE_BYTES_MAX = 4 * 1024 * 1024;

type Outcome = ProbeOutcome & { latencyMs: number };

export const testCredential: Handler<'POST /api/keys/test'> = async (context, { body }) => {
  await context.services.throttles.take('connectionTest', context.user.id);
  if ('id' in body) return testStored(context, body.id);
  const { services, workspace } = context;
  const provider = await requireProvider(context, body.provider);
  const given = { baseUrl: body.baseUrl ?? null, baseUrls: body.baseUrls ?? {} };
  checkAddresses(services, provider, given);
  const secret = new Secret(body.secret);
  const outcome = await ask(services, provider, { ...given, secret });
  const fingerprint = services.vault.fingerprint(workspace.id, secret);
  const duplicate = await findDuplicate(context, services.database.kysely, { fingerprint });
  return { ...toReply(provider, outcome), ...(duplicate === null ? {} : { duplicateOf: duplicate }) };
};

async function testStored(context: WorkspaceContext, id: CredentialRow['id']) {
  const { services, nowMs, workspace } = context;
  const { row } = await findLiveCredential(context, { id, permission: 'credential:test' });
  const { provider, outcome } = await probeStored(services, row);
  await services.database.transaction(async (transaction) => {
    await keepOutcome(transaction, row, toChange(outcome, nowMs));
    await recordAuditEvent(transaction, context, {
      action: 'key.tested',
      workspaceId: workspace.id,
      actor: actorOf(context),
      target: targetOf(row),
      reason: outcome.reason,
      details: { status: outcome.status },
    });
  });
  return toReply(provider, outcome);
}

/**
 * Asks the provider about a stored key, whoever wants to know. Writes nothing, but for a secret that cannot be decrypted:
 * that is marked, and `credential_unreadable` thrown. Throws `unknown_provider` and `secret_needed` too.
 */
export async function probeStored(
  services: Services,
  row: CredentialRow,
  signal?: AbortSignal,
): Promise<{ provider: Provider; outcome: Outcome }> {
  const provider = await findKnownProvider({ services, workspace: { id: row.workspace_id } }, row.provider);
  if (provider === undefined) throw new AppError('unknown_provider');
  const place = { workspaceId: row.workspace_id, credentialId: row.id, version: row.version };
  const secret = await openSecret(services, place, services.database.kysely).catch(async (refusal: unknown) => {
    const isUnreadable = refusal instanceof AppError && refusal.code === 'credential_unreadable';
    if (isUnreadable) await updateCredentialAt(services.database.kysely, row, { status: 'unreadable' });
    throw refusal;
  });
  const given = { baseUrl: row.base_url, baseUrls: readBaseUrls(row) };
  await refuseUnknownHost(services, row, originsOf(provider, given));
  return { provider, outcome: await ask(services, provider, { ...given, secret }, signal) };
}

/**
 * Writes what a test found; gives false where it is of no use: a provider takes seconds to answer, and the key has a new
 * secret or address by then, or is in the trash.
 */
export async function keepOutcome(
  transaction: DatabaseHandle,
  tested: CredentialRow,
  change: RowChange<'credentials'>,
): Promise<boolean> {
  const now = await findCredentialRow(transaction, { workspaceId: tested.workspace_id, id: tested.id });
  const isSamePlace =
    now?.provider === tested.provider && now.base_url === tested.base_url && now.base_urls === tested.base_urls;
  return isSamePlace && (await updateCredentialAt(transaction, tested, change)) !== undefined;
}

/** Asks the provider, and for its balance too where it offers one and the answer did not hold it already. */
async function ask(
  services: Services,
  provider: Provider,
  input: GivenAddresses & { secret: Secret },
  signal?: AbortSignal,
): Promise<Outcome> {
  const { secret, ...addresses } = input;
  const credential = { ...addresses, secret: secret.reveal() };
  const startMs = performance.now();
  const outcome = await probeCredential(provider, credential, (request) => send(services, request, signal));
  const latencyMs = Math.round(performance.now() - startMs);
  if (outcome.status !== 'valid' || outcome.balance !== undefined) return { ...outcome, latencyMs };
  const request = buildBalance(provider, credential);
  const reply = request === null ? null : await send(services, request, signal);
  if (reply === null || 'networkReason' in reply) return { ...outcome, latencyMs };
  const balance = readBalance(provider, reply);
  return { ...outcome, latencyMs, ...(balance === null ? {} : { balance }) };
}

async function send(
  services: Services,
  request: ProviderRequest,
  signal: AbortSignal | undefined,
): Promise<ProviderReply | { networkReason: OutboundErrorCode }> {
  const { method, url, headers, body } = request;
  try {
    const reply = await services.outbound.request({
      method,
      url,
      headers,
      ...(body === undefined ? {} : { body }),
      timeoutMs: PROBE_TIMEOUT_MS,
      bytesMax: PROBE_BYTES_MAX,
      ...(signal === undefined ? {} : { signal }),
    });
    return { httpStatus: reply.httpStatus, headers: reply.headers, body: reply.body.toString('utf8') };
  } catch (cause) {
    if (cause instanceof OutboundError) return { networkReason: cause.code };
    throw cause;
  }
}

/** What the row remembers. A balance or a count the provider did not tell this time stays as it was. */
export function toChange(outcome: Outcome, nowMs: number): RowChange<'credentials'> {
  const { balance, models } = outcome;
  return {
    status: outcome.status,
    status_reason: outcome.reason,
    status_detail: outcome.detail ?? null,
    last_tested_at: nowMs,
    ...(models === undefined ? {} : { models_count: models }),
    ...(balance === undefined
      ? {}
      : { balance_amount: balance.amount, balance_currency: balance.currency, balance_at: nowMs }),
  };
}

function toReply(provider: Provider, outcome: Outcome) {
  const { status, reason, latencyMs, httpStatus, models, balance, suggestedBaseUrl } = outcome;
  const sibling = provider.siblings.map((id) => findProvider(id)?.name).find((name) => name !== undefined);
  return {
    status,
    reason,
    message: probeSentence(reason, { language: 'en', provider: provider.name, sibling }),
    latencyMs,
    ...(httpStatus === undefined ? {} : { httpStatus }),
    ...(models === undefined ? {} : { models }),
    ...(balance === undefined ? {} : { balance }),
    ...(suggestedBaseUrl === undefined ? {} : { suggestedBaseUrl }),
  };
}
