import type { OperationReply } from '../../contract/operation.ts';
import type { Operations } from '../../contract/operations.ts';
import { type AccessLevel, isAtLeast } from '../../contract/permissions.ts';

/** A provider's API key as the contract shows it: never the secret. */
export type Credential = OperationReply<Operations['GET /api/keys/{id}']>;
export type CredentialId = Credential['id'];
export type CredentialTest = OperationReply<Operations['POST /api/keys/test']>;
export type CredentialEvent = OperationReply<Operations['GET /api/keys/{id}/events']>['items'][number];
export type CredentialVersion = OperationReply<Operations['GET /api/keys/{id}/versions']>['items'][number];
export type ProviderSummary = OperationReply<Operations['GET /api/keys/providers']>['items'][number];

const ID_FORM = /^key_[0-9a-hjkmnp-tv-z]{26}$/;
const DAY_MS = 24 * 3600 * 1000;
const EXPIRY_NOTICE_DAYS = 30;

/** Whether text from the address bar has the form of a credential's id. */
export function isCredentialId(text: string | undefined): text is CredentialId {
  return text !== undefined && ID_FORM.test(text);
}

export function may(credential: Credential, needed: AccessLevel): boolean {
  return isAtLeast(credential.accessLevel, needed);
}

/** Whether the date of expiry is worth a word in a list: past, or less than 30 days away. */
export function expiryNotice(credential: Pick<Credential, 'expiresAt'>, nowMs: number): 'none' | 'soon' | 'past' {
  if (credential.expiresAt === null) return 'none';
  const leftMs = Date.parse(credential.expiresAt) - nowMs;
  if (leftMs <= 0) return 'past';
  return leftMs < EXPIRY_NOTICE_DAYS * DAY_MS ? 'soon' : 'none';
}

/** The last moment of a calendar day (`2026-12-31`) in the person's time zone, as the contract wants it. */
export function endOfDay(day: string): string | null {
  const end = new Date(`${day}T23:59:59.999`);
  return Number.isNaN(end.getTime()) ? null : end.toISOString();
}

/** The calendar day of a moment in the person's time zone, for a date field. */
export function dayOf(time: string): string {
  const date = new Date(time);
  const pad = (value: number) => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
}
