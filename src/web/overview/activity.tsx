import { useTranslation } from 'react-i18next';
import { type AuditAction, auditActions } from '../../contract/audit-actions.ts';
import { useMe } from '../accounts/me.ts';
import { LINK, tidy } from '../audit/use-sentence.ts';
import { Time } from '../ui/time.tsx';
import classes from './overview.module.css';
import type { Overview } from './overview-page.tsx';
import { Section } from './section.tsx';

/** The sentence of each action that can happen in a workspace. */
const sentences = {
  'key.created': 'activity.keyCreated',
  'key.changed': 'activity.keyChanged',
  'key.secret_replaced': 'activity.secretReplaced',
  'key.version_restored': 'activity.versionRestored',
  'key.tested': 'activity.keyTested',
  'key.copied': 'activity.keyCopied',
  'key.models_read': 'activity.modelsRead',
  'key.deleted': 'activity.keyDeleted',
  'key.restored': 'activity.keyRestored',
  'key.purged': 'activity.keyPurged',
  'custom_provider.created': 'activity.providerCreated',
  'custom_provider.changed': 'activity.providerChanged',
  'custom_provider.deleted': 'activity.providerDeleted',
  'virtual_key.created': 'activity.virtualKeyCreated',
  'virtual_key.changed': 'activity.virtualKeyChanged',
  'virtual_key.rotated': 'activity.virtualKeyRotated',
  'virtual_key.topped_up': 'activity.virtualKeyToppedUp',
  'virtual_key.revoked': 'activity.virtualKeyRevoked',
  'alert_webhook.set': 'activity.webhookSet',
  'alert_webhook.deleted': 'activity.webhookDeleted',
  'price.set': 'activity.priceSet',
  'price.deleted': 'activity.priceDeleted',
  'model_aliases.changed': 'activity.aliasesChanged',
} as const;

function isKnown(action: string): action is keyof typeof sentences {
  return Object.hasOwn(sentences, action);
}

/** What has no sentence of this page's own is told as on the page of the audit trail. */
function isAudited(action: string): action is AuditAction {
  return auditActions.some((known) => known === action);
}

export function Activity({ events }: { events: Overview['recentEvents'] }) {
  const { t } = useTranslation(['overview', 'audit']);
  const { user } = useMe();
  const audited = (action: AuditAction, target: string | null) =>
    action.startsWith('invitation.') && target === LINK ? t('audit:anybody') : (target ?? t('audit:something'));
  const nameOf = (actor: string) => (actor === user.email ? t('activity.you') : actor);
  return (
    <Section id="activity" title={t('activity.title')}>
      {events.length === 0 && <p className={classes.calm}>{t('activity.none')}</p>}
      <ol className={classes.events}>
        {events.map(({ id, action, actor, target, time, result }) => (
          <li key={id} className={classes.event} data-result={result}>
            <span>
              {isKnown(action)
                ? t(sentences[action], { actor: nameOf(actor), target: target ?? t('activity.something') })
                : isAudited(action)
                  ? tidy(
                      t(`audit:action.${action}`, { actor: nameOf(actor), target: audited(action, target), what: '' }),
                    )
                  : t('activity.other', { actor: nameOf(actor), action, target: target ?? '' })}
              {result !== 'ok' && <strong className={classes.refused}>{t(`activity.${result}`)}</strong>}
            </span>
            <span className={classes.eventTime}>
              <Time value={time} />
            </span>
          </li>
        ))}
      </ol>
    </Section>
  );
}
