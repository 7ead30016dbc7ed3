import { z } from 'zod';
import type { CredentialId, UserId, VirtualKeyId, WorkspaceId } from '../../contract/ids.ts';
import { effectiveLevel, isAtLeast, type Role } from '../../contract/permissions.ts';
import type { Dialect, DisconnectPolicy } from '../../contract/vocabulary.ts';
import { resolveAddress } from '../../providers/base-url.ts';
import { customProvider } from '../../providers/custom-provider.ts';
import type { Provider } from '../../providers/provider.ts';
import type { Address } from '../../providers/provider-request.ts';
import { findProvider } from '../../providers/providers.ts';
import { type AddressMatcher, matchAddresses } from '../address-list.ts';
import { readBaseUrls } from '../credentials/credential-view.ts';
import type { Row } from '../database/schema.ts';
import type { BudgetRule } from '../limits/budget-ledger.ts';
import { parseDialects } from '../providers/custom-providers.ts';
import { budgetRulesOf } from '../virtual-keys/budgets.ts';
import { credentialBudget } from './credential-budget.ts';
import type { GatewayRows } from './gateway.store.ts';

/** A credential as the hot path needs it. The secret stays sealed until the moment of use. */
export interface CredentialEntry {
  readonly id: CredentialId;
  readonly workspaceId: WorkspaceId;
  readonly name: string;
  readonly provider: Provider;
  readonly version: number;
  readonly envelope: string;
  /** The origins that the secret was given for. */
  readonly origins: ReadonlySet<string>;
  readonly isMoved: boolean;
  readonly expiresAtMs: number | null;
  readonly budget: BudgetRule | null;
  /** Where calls of a dialect go, or null where this credential cannot make them. */
  readonly addressOf: (dialect: Dialect | null) => Address | null;
}

export interface PoolMember {
  readonly credential: CredentialEntry;
  readonly priority: number;
  readonly weight: number;
}

export interface VirtualKeyEntry {
  readonly id: VirtualKeyId;
  readonly workspaceId: WorkspaceId;
  readonly name: string;
  readonly isPlayground: boolean;
  readonly ownerId: UserId | null;
  /** False: whose calls they are has left, is shut out, or has a role that uses no keys. */
  readonly mayUse: boolean;
  readonly secretHash: string;
  readonly previous: { readonly hash: string; readonly untilMs: number } | null;
  readonly expiresAtMs: number | null;
  readonly pool: readonly PoolMember[];
  /** Null: every model. */
  readonly models: readonly string[] | null;
  readonly budgets: readonly BudgetRule[];
  readonly requestsPerMinute: number | null;
  readonly tokensPerMinute: number | null;
  readonly concurrentMax: number | null;
  readonly isAddressAllowed: AddressMatcher;
  readonly blocksUnpriced: boolean;
  readonly onDisconnect: DisconnectPolicy;
}

export interface WorkspaceEntry {
  readonly id: WorkspaceId;
  readonly virtualKeys: readonly VirtualKeyEntry[];
  readonly credentials: ReadonlyMap<CredentialId, CredentialEntry>;
  readonly aliases: ReadonlyMap<string, string>;
  readonly overrides: readonly Row<'price_overrides'>[];
  /** What providers listed themselves: `provider model`. */
  readonly listed: ReadonlySet<string>;
}

const Texts = z.array(z.string());

/** The rows of the database as entries, one per workspace that has any. */
export function buildWorkspaces(rows: GatewayRows): WorkspaceEntry[] {
  const groups = {
    virtualKeys: Map.groupBy(rows.virtualKeys, (row) => row.workspace_id),
    pools: Map.groupBy(rows.pools, (row) => row.virtual_key_id),
    credentials: Map.groupBy(rows.credentials, (row) => row.workspace_id),
    customProviders: new Map(rows.customProviders.map((row) => [`${row.id}`, row])),
    aliases: Map.groupBy(rows.aliases, (row) => row.workspace_id),
    overrides: Map.groupBy(rows.overrides, (row) => row.workspace_id),
    listed: Map.groupBy(rows.listed, (row) => row.workspace_id),
    roles: new Map(rows.members.map((row) => [`${row.workspace_id} ${row.user_id}`, row.role])),
  };
  const ids = new Set([...groups.virtualKeys.keys(), ...groups.credentials.keys()]);
  return [...ids].map((id) => {
    const credentials = new Map(
      (groups.credentials.get(id) ?? []).flatMap((row) => {
        const entry = credentialEntry(row, groups.customProviders);
        return entry === null ? [] : [[row.id, entry] as const];
      }),
    );
    const virtualKeys = (groups.virtualKeys.get(id) ?? []).map((row) =>
      virtualKeyEntry(row, {
        credentials,
        pool: groups.pools.get(row.id) ?? [],
        role: groups.roles.get(`${id} ${row.owner_id ?? ''}`),
      }),
    );
    return {
      id,
      virtualKeys,
      credentials,
      aliases: new Map((groups.aliases.get(id) ?? []).map((row) => [row.alias, row.model])),
      overrides: groups.overrides.get(id) ?? [],
      listed: new Set((groups.listed.get(id) ?? []).map((row) => `${row.provider} ${row.model_id}`)),
    };
  });
}

type CredentialRow = GatewayRows['credentials'][number];

function credentialEntry(
  row: CredentialRow,
  customProviders: ReadonlyMap<string, Row<'custom_providers'>>,
): CredentialEntry | null {
  const custom = customProviders.get(row.provider);
  const provider =
    custom === undefined
      ? findProvider(row.provider)
      : customProvider({
          id: custom.id,
          name: custom.name,
          baseUrl: custom.base_url,
          dialects: parseDialects(custom.dialects),
        });
  // A preset that a later version dropped: the credential serves nobody until it is given another provider.
  if (provider === undefined) return null;
  const baseUrls = readBaseUrls(row);
  const addresses = new Map<Dialect | null, Address | null>();
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
    budget: credentialBudget(row),
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

function virtualKeyEntry(
  row: Row<'virtual_keys'>,
  of: {
    credentials: ReadonlyMap<CredentialId, CredentialEntry>;
    pool: readonly Row<'virtual_key_credentials'>[];
    role: Role | undefined;
  },
): VirtualKeyEntry {
  // The key never reaches further than its owner does now: one who has left, or may no longer use keys, has none.
  const mayUse = of.role !== undefined && isAtLeast(effectiveLevel(of.role, []), 'use');
  const pool = row.has_all_credentials
    ? [...of.credentials.values()].map((credential) => ({ credential, priority: 1, weight: 1 }))
    : of.pool.flatMap(({ credential_id, priority, weight }) => {
        const credential = of.credentials.get(credential_id);
        return credential === undefined ? [] : [{ credential, priority, weight }];
      });
  return {
    id: row.id,
    workspaceId: row.workspace_id,
    name: row.name,
    isPlayground: row.kind === 'playground',
    ownerId: row.owner_id,
    mayUse,
    secretHash: row.secret_hash,
    previous:
      row.previous_hash === null || row.previous_until === null
        ? null
        : { hash: row.previous_hash, untilMs: row.previous_until },
    expiresAtMs: row.expires_at,
    pool: mayUse ? pool : [],
    models: row.models === null ? null : Texts.parse(JSON.parse(row.models)),
    budgets: budgetRulesOf(row),
    requestsPerMinute: row.rpm,
    tokensPerMinute: row.tpm,
    concurrentMax: row.concurrent_max,
    isAddressAllowed: matchAddresses(row.ip_allow_list === null ? null : Texts.parse(JSON.parse(row.ip_allow_list))),
    blocksUnpriced: row.blocks_unpriced === 1,
    onDisconnect: row.on_disconnect,
  };
}
