import { z } from 'zod';

/** Prefix of each kind of id. An id is the prefix and 26 lower-case Crockford base-32 characters (a ULID). */
export const idPrefixes = {
  User: 'usr_',
  Session: 'ses_',
  Workspace: 'ws_',
  Credential: 'key_',
  CustomProvider: 'cp_',
  AuditEvent: 'aud_',
  VirtualKey: 'vk_',
  UsageEvent: 'use_',
  Alert: 'alr_',
  Group: 'grp_',
  ServiceAccount: 'sa_',
  ServiceToken: 'sat_',
  Invitation: 'inv_',
  Passkey: 'pk_',
  ShareLink: 'shr_',
  Notification: 'ntf_',
} as const;

export type IdKind = keyof typeof idPrefixes;
export type Id<Kind extends IdKind> = string & z.$brand<Kind>;

/** Parses text into a branded id. The brand exists for the compiler only. */
function idSchema<Kind extends IdKind>(kind: Kind): z.ZodType<Id<Kind>, string> {
  const prefix = idPrefixes[kind];
  const schema: unknown = z
    .string()
    .regex(new RegExp(`^${prefix}[0-9a-hjkmnp-tv-z]{26}$`), `must be an id that starts with ${prefix}`)
    .meta({ example: `${prefix}${'0'.repeat(26)}` });
  return schema as z.ZodType<Id<Kind>, string>;
}

export const UserId = idSchema('User');
export const SessionId = idSchema('Session');
export const WorkspaceId = idSchema('Workspace');
export const CredentialId = idSchema('Credential');
export const CustomProviderId = idSchema('CustomProvider');
export const AuditEventId = idSchema('AuditEvent');
export const VirtualKeyId = idSchema('VirtualKey');
export const UsageEventId = idSchema('UsageEvent');
export const AlertId = idSchema('Alert');
export const GroupId = idSchema('Group');
export const ServiceAccountId = idSchema('ServiceAccount');
export const ServiceTokenId = idSchema('ServiceToken');
export const InvitationId = idSchema('Invitation');
export const PasskeyId = idSchema('Passkey');
export const ShareLinkId = idSchema('ShareLink');
export const NotificationId = idSchema('Notification');

/** Whose calls they are: a person's or a program's. */
export const CallerId = z.union([UserId, ServiceAccountId]);
export type CallerId = UserId | ServiceAccountId;

export type UserId = Id<'User'>;
export type SessionId = Id<'Session'>;
export type WorkspaceId = Id<'Workspace'>;
export type CredentialId = Id<'Credential'>;
export type CustomProviderId = Id<'CustomProvider'>;
export type AuditEventId = Id<'AuditEvent'>;
export type VirtualKeyId = Id<'VirtualKey'>;
export type UsageEventId = Id<'UsageEvent'>;
export type AlertId = Id<'Alert'>;
export type GroupId = Id<'Group'>;
export type ServiceAccountId = Id<'ServiceAccount'>;
export type ServiceTokenId = Id<'ServiceToken'>;
export type InvitationId = Id<'Invitation'>;
export type PasskeyId = Id<'Passkey'>;
export type ShareLinkId = Id<'ShareLink'>;
export type NotificationId = Id<'Notification'>;
