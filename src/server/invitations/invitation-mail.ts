import type { OperationResult } from '../../contract/operation.ts';
import type { Operations } from '../../contract/operations.ts';
import type { Role } from '../../contract/permissions.ts';
import type { Locale } from '../../contract/vocabulary.ts';
import { addressOf } from '../accounts/link-address.ts';
import type { WorkspaceContext } from '../context.ts';

type Outcome = OperationResult<Operations['POST /api/invitations']>['mail'];

interface Facts {
  readonly inviter: string;
  readonly workspace: string;
  readonly role: string;
  readonly url: string;
}

const roleNames: Readonly<Record<Locale, Record<Role, string>>> = {
  en: { owner: 'owner', admin: 'administrator', member: 'member', viewer: 'viewer' },
  'zh-CN': { owner: '所有者', admin: '管理员', member: '成员', viewer: '查看者' },
};

const texts: Readonly<Record<Locale, { subject: (facts: Facts) => string; text: (facts: Facts) => string }>> = {
  en: {
    subject: ({ workspace }) => `Invitation to ${workspace}`,
    text: ({ inviter, workspace, role, url }) =>
      `${inviter} invites you to the workspace "${workspace}" as ${role}. Open this link to accept:\n\n${url}\n\nIt works once. If you did not expect it, do nothing.\n`,
  },
  'zh-CN': {
    subject: ({ workspace }) => `邀请你加入 ${workspace}`,
    text: ({ inviter, workspace, role, url }) =>
      `${inviter} 邀请你以${role}身份加入工作区“${workspace}”。打开此链接即可接受：\n\n${url}\n\n链接只能使用一次。如果这不在你的预料之中，请忽略此邮件。\n`,
  },
};

/**
 * Mails the link in the language of the one who invites. Never throws: the link works all the same, and the caller has
 * it. The token stands behind `#`, which browsers send to nobody.
 */
export async function mailInvitation(
  context: WorkspaceContext,
  { email, token, role }: { email: string | null; token: string; role: Role },
): Promise<Outcome> {
  const { mail } = context.services;
  if (email === null) return 'not_asked';
  const url = addressOf(context, `/invite#${token}`);
  if (url === null || !(await mail.isSetUp())) return 'not_possible';
  const locale = context.user.locale ?? 'en';
  const facts = { inviter: context.user.name, workspace: context.workspace.name, role: roleNames[locale][role], url };
  const { subject, text } = texts[locale];
  const message = { to: email, subject: subject(facts), text: text(facts) };
  return mail.send(message).then(
    () => 'sent' as const,
    () => 'failed' as const,
  );
}
