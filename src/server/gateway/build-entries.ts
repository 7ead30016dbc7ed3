import { z } from 'zod';
import type { Dialect } from '../../contract/vocabulary.ts';
import { resolveAddress } from '../../providers/base-url.ts';
import { customProvider } from '../../providers/custom-provider.ts';
import type { Address } from '../../providers/provider-request.ts';
import { findProvider } from '../../providers/providers.ts';
import { matchAddresses } from '../address-list.ts';
import { readBaseUrls } from '../credentials/credential-view.ts';
import type { Row } from '../database/schema.ts';
import type { BudgetRule } from '../limits/budget-ledger.ts';
import { isTimeZone } from '../limits/budget-window.ts';
import { parseDialects } from '../providers/custom-providers.ts';
import { budgetRulesOf } from '../virtual-keys/budgets.ts';
import { credentialBudget } from './credential-budget.ts';
import { type CredentialRow, ENDED_KEPT_MS, type VirtualKeyRow } from './gateway.store.ts';
import type { CredentialEntry, PoolMember, VirtualKeyEntry } from './snapshot.ts';

const Texts = z.array(z.string());

/** Throws on a row that cannot be read. Null: a preset that a later version dropped; it serves nobody until changed. */
export function credentialEntry(
  row: CredentialRow,
  custom: Row<'custom_providers'> | undefined,
): CredentialEntry | null {
  const provider =
    custom === undefined
      ? findProvider(row.provider)
      : customProvider({
          id: custom.id,
          name: custom.name,
          baseUrl: custom.base_url,
          dialects: parseDialects(custom.dialects),
        });
  if (provider === undefined) return null;
  const baseUrls = readBaseUrls(row);
  const addresses = new Map<Dialect | null, Address | null>();
  const budget = credentialBudget(row);
  assertBudget(budget);
  return {
    id: row.id,
    workspaceId: row.workspace_id,
    name: row.name,
    provider,
    version: row.version,
    envelope: row.envelope,
    origins: new Set(Texts.parse(JSON.parse(row.origins))),
    isMoved: row.base_url !== null,
    expiresAtMs: row.expires_at,
    budget,
    addressOf(dialect) {
      const known = addresses.get(dialect);
      if (known !== undefined) return known;
      const resolved = resolveAddress(provider, {
        baseUrl: row.base_url,
        baseUrls,
        ...(dialect === null ? {} : { dialect }),
      });
      const address = resolved.ok ? resolved : null;
      addresses.set(dialect, address);
      return address;
    },
  };
}

/** Throws on a row that cannot be read. */
export function virtualKeyEntry(row: VirtualKeyRow, pool: readonly PoolMember[], nowMs: number): VirtualKeyEntry {
  const budgets = budgetRulesOf(row);
  for (const budget of budgets) assertBudget(budget);
  return {
    id: row.id,
    workspaceId: row.workspace_id,
    name: row.name,
    isPlayground: row.kind === 'playground',
    ownerId: row.owner_id ?? row.service_account_id,
    secretHash: row.secret_hash,
    previous:
      row.previous_hash === null || row.previous_until === null || isLongPast(row.previous_until, nowMs)
        ? null
        : { hash: row.previous_hash, untilMs: row.previous_until },
    expiresAtMs: row.expires_at,
    pool,
    models: row.models === null ? null : Texts.parse(JSON.parse(row.models)),
    budgets,
    requestsPerMinute: row.rpm,
    tokensPerMinute: row.tpm,
    concurrentMax: row.concurrent_max,
    isAddressAllowed: matchAddresses(row.ip_allow_list === null ? null : Texts.parse(JSON.parse(row.ip_allow_list))),
    blocksUnpriced: row.blocks_unpriced === 1,
    onDisconnect: row.on_disconnect,
  };
}

/** Whether no call can run any more that came in before the time. */
export const isLongPast = (timeMs: number, nowMs: number): boolean => timeMs <= nowMs - ENDED_KEPT_MS;

/** What the ledger could not work with must not come to light in the middle of a call. */
function assertBudget(rule: BudgetRule | null): void {
  if (rule === null) return;
  const amounts = [rule.limitNanoUsd, ...rule.topUps.map(({ nanoUsd }) => nanoUsd)];
  const isSound = amounts.every((amount) => Number.isSafeInteger(amount) && amount >= 0) && isTimeZone(rule.timeZone);
  if (!isSound) throw new RangeError('a budget cannot be read');
}
