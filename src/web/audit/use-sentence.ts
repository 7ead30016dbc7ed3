import { useTranslation } from 'react-i18next';
import { type AuditAction, auditActions } from '../../contract/audit-actions.ts';
import { useMe } from '../accounts/me.ts';
import type { AuditEvent } from './audit-queries.ts';

function isKnown(action: string): action is AuditAction {
  return auditActions.some((known) => known === action);
}

/** Actions that read otherwise when they were refused. */
const tried = {
  'account.signed_in': 'signed_in',
  'account.password_confirmed': 'password_confirmed',
  'account.second_factor_confirmed': 'second_factor_confirmed',
  'account.passkey_added': 'passkey_added',
  'account.password_reset': 'password_reset',
  'key.copied': 'copied',
} as const satisfies Partial<Record<AuditAction, string>>;

function wasTried(action: AuditAction): action is keyof typeof tried {
  return Object.hasOwn(tried, action);
}

/** How the server calls an invitation that is for whoever has the link. */
export const LINK = 'link';

/** What was reached for, by the operation that was refused; the first that fits. */
const refusedWords = [
  [/^POST \/api\/keys\/\{id\}\/copy$/, 'copyKey'],
  [/share-links/, 'shareLink'],
  [/^\w+ \/api\/keys\/\{id\}\/(access|grants|move)/, 'shareKey'],
  [/^GET \/api\/keys\/\{id\}/, 'readKey'],
  [/^DELETE \/api\/keys\/\{id\}/, 'deleteKey'],
  [/^\w+ \/api\/keys\/\{id\}/, 'changeKey'],
  [/^POST \/api\/keys/, 'createKey'],
  [/\/api\/invitations/, 'invite'],
  [/\/api\/(members|groups|service-accounts)/, 'members'],
  [/\/api\/workspace/, 'workspace'],
  [/\/api\/audit-events/, 'audit'],
  [/\/api\/virtual-keys/, 'virtualKey'],
] as const;

/** An event as a sentence: "Robin copied the secret of “Production”". An action of a newer server is told by its name. */
export function useSentence(): (event: AuditEvent) => string {
  const { t } = useTranslation('audit');
  const actorName = useActorName();
  const targetName = ({ target }: AuditEvent) => {
    if (target === null || target.label === '') return t('something');
    return target.type === 'invitation' && target.label === LINK ? t('anybody') : target.label;
  };
  return (event) => {
    const { action, details } = event;
    const actor = actorName(event);
    const target = targetName(event);
    if (!isKnown(action)) return `${actor}: ${action} ${event.target?.label ?? ''}`.trim();
    const operation = typeof details.operation === 'string' ? details.operation : '';
    const words = refusedWords.find(([pattern]) => pattern.test(operation))?.[1];
    const what = words === undefined ? operation : t(`refused.${words}`);
    const isTried = event.result === 'denied' && wasTried(action);
    return tidy(
      isTried ? t(`tried.${tried[action]}`, { actor, target }) : t(`action.${action}`, { actor, target, what }),
    );
  };
}

/** No space between a Chinese name and the Chinese words that follow it; after other names it stays. */
export function tidy(sentence: string): string {
  return sentence.replace(/^(\p{Script=Han}+) (?=\p{Script=Han})/u, '$1');
}

/** Who acted, as people call them. */
export function useActorName(): (event: AuditEvent) => string {
  const { t } = useTranslation('audit');
  const { user } = useMe();
  return ({ actor }) => {
    if (actor === null) return t('somebody');
    if (actor.kind === 'system') return t('system');
    if (actor.id === user.id) return t('you');
    return actor.label === '' ? t('somebody') : actor.label;
  };
}
