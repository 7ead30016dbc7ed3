import type { OperationInput } from '../../contract/operation.ts';
import type { Operations } from '../../contract/operations.ts';
import type { Flag } from '../database/schema.ts';
import { AppError } from '../http-errors.ts';
import { toStoredBudgets } from './budgets.ts';
import { normaliseNetwork } from './ip-allow-list.ts';
import type { VirtualKeyRow } from './virtual-keys.store.ts';

type Settings = Omit<OperationInput<Operations['PUT /api/virtual-keys/{id}']>['body'], 'keyIds' | 'pool'>;

/**
 * The columns of the settings that are given; the others stay as they are. `current` is the row that is changed, or null
 * for a new one. Throws `time_zone_unknown`, and `invalid_input` for an expiry in the past or an unusable address.
 */
export function toColumns(
  settings: Settings,
  { current, nowMs }: { current: Pick<VirtualKeyRow, 'budgets'> | null; nowMs: number },
) {
  const { name, models, budgets, rpm, tpm, maxConcurrent, ipAllowList, expiresAt, tags, note } = settings;
  const { blockUnpriced, onDisconnect } = settings;
  return {
    ...(name === undefined ? {} : { name }),
    ...(models === undefined ? {} : { models: toList(models) }),
    ...(budgets === undefined ? {} : { budgets: toStoredBudgets(budgets, current) }),
    ...(rpm === undefined ? {} : { rpm }),
    ...(tpm === undefined ? {} : { tpm }),
    ...(maxConcurrent === undefined ? {} : { concurrent_max: maxConcurrent }),
    ...(ipAllowList === undefined ? {} : { ip_allow_list: toList(ipAllowList?.map(toNetwork) ?? null) }),
    ...(expiresAt === undefined ? {} : { expires_at: expiresAt === null ? null : toFuture(expiresAt, nowMs) }),
    ...(tags === undefined ? {} : { tags: toList(tags) ?? '[]' }),
    ...(note === undefined ? {} : { note }),
    ...(blockUnpriced === undefined ? {} : { blocks_unpriced: toFlag(blockUnpriced) }),
    ...(onDisconnect === undefined ? {} : { on_disconnect: onDisconnect }),
  };
}

const toFlag = (value: boolean): Flag => (value ? 1 : 0);

/** A list as it is stored: each entry once. */
function toList(entries: readonly string[] | null): string | null {
  return entries === null ? null : JSON.stringify([...new Set(entries)]);
}

function toNetwork(text: string, index: number): string {
  const network = normaliseNetwork(text);
  if (network === null) throw refuse(`ipAllowList.${index}`, 'is not an IP address or a network such as 10.0.0.0/8');
  return network;
}

function toFuture(time: string, nowMs: number): number {
  const ms = Date.parse(time);
  if (ms <= nowMs) throw refuse('expiresAt', 'must lie in the future');
  return ms;
}

function refuse(path: string, message: string): AppError {
  return new AppError('invalid_input', { message: `'${path}': ${message}`, details: [{ path, message }] });
}
