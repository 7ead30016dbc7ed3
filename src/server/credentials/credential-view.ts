import { z } from 'zod';
import { Dialect } from '../../contract/fields.ts';
import type { OperationResult } from '../../contract/operation.ts';
import type { Operations } from '../../contract/operations.ts';
import { type CredentialStatus, credentialStatuses } from '../../contract/vocabulary.ts';
import type { Row } from '../database/schema.ts';
import type { Access } from './access.ts';

export type CredentialRow = Row<'credentials'>;
export type CredentialView = OperationResult<Operations['GET /api/keys/{id}']>;

const NANO_PER_USD = 1_000_000_000;

export const toNanoUsd = (usd: number): number => Math.round(usd * NANO_PER_USD);

const BaseUrls = z.partialRecord(Dialect, z.string());

/** The base URLs of the dialects beside the main one. */
export function readBaseUrls(row: Pick<Row<'credentials'>, 'base_urls'>): z.output<typeof BaseUrls> {
  return BaseUrls.parse(JSON.parse(row.base_urls));
}

const time = (ms: number): string => new Date(ms).toISOString();
const timeOrNull = (ms: number | null): string | null => (ms === null ? null : time(ms));

/** Expiry goes by the clock, so it is never stored as a status. */
export function statusAt(row: Pick<Row<'credentials'>, 'status' | 'expires_at'>, nowMs: number): CredentialStatus {
  if (row.expires_at !== null && row.expires_at <= nowMs) return 'expired';
  return credentialStatuses.find((status) => status === row.status) ?? 'unknown';
}

/** A credential as outsiders see it. */
export function toCredentialView(
  row: Row<'credentials'>,
  extra: { tags: readonly string[]; access: Access; nowMs: number },
): CredentialView {
  return {
    id: row.id,
    provider: row.provider,
    name: row.name,
    preview: row.preview,
    baseUrl: row.base_url,
    baseUrls: readBaseUrls(row),
    tags: [...extra.tags],
    note: row.note,
    status: statusAt(row, extra.nowMs),
    statusReason: row.status_reason,
    lastTestedAt: timeOrNull(row.last_tested_at),
    lastUsedAt: timeOrNull(row.last_used_at),
    lastCopiedAt: timeOrNull(row.last_copied_at),
    expiresAt: timeOrNull(row.expires_at),
    createdAt: time(row.created_at),
    updatedAt: time(row.updated_at),
    deletedAt: timeOrNull(row.deleted_at),
    version: row.version,
    accessLevel: extra.access.level,
    mayCopy: extra.access.mayCopy,
    monthlyBudgetUsd: row.monthly_budget_nano_usd === null ? null : row.monthly_budget_nano_usd / NANO_PER_USD,
    scheduledChecks: row.checks_off === 0,
    models: row.models_count,
    balance:
      row.balance_amount === null || row.balance_currency === null || row.balance_at === null
        ? null
        : { amount: row.balance_amount, currency: row.balance_currency, checkedAt: time(row.balance_at) },
  };
}
