import { useTranslation } from 'react-i18next';
import type { Notification } from './notification-queries.ts';

/** A notification as a sentence, with the facts that belong to its kind. */
export function useNotificationWords(): (notification: Notification) => string {
  const { t } = useTranslation(['notifications', 'virtualKeys']);
  return ({ kind, subject: { label: subject }, facts }) => {
    const by = facts.by ?? t('notifications:somebody');
    switch (kind) {
      case 'key_expiring':
        return t('notifications:sentence.key_expiring', { subject, count: facts.days ?? 0 });
      case 'balance_low':
        return t('notifications:sentence.balance_low', {
          subject,
          amount: [facts.amount, facts.currency].filter(Boolean).join(' '),
        });
      case 'budget_reached': {
        const threshold = facts.threshold ?? 100;
        const period = t(`virtualKeys:per.${facts.period ?? 'total'}`);
        const name = threshold >= 100 ? 'budget_used' : 'budget_passed';
        return t(`notifications:sentence.${name}`, { subject, threshold, period });
      }
      case 'invitation':
        return t('notifications:sentence.invitation', { subject, by });
      case 'member_joined':
        return t(`notifications:sentence.${facts.isPending === true ? 'member_pending' : 'member_joined'}`, {
          subject,
        });
      case 'access_granted':
        return t(`notifications:sentence.access_${facts.level ?? 'use'}`, { subject });
      case 'security':
        return t(`notifications:security.${facts.news ?? 'other'}`);
      default:
        return t(`notifications:sentence.${kind}`, { subject });
    }
  };
}
