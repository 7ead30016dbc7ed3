import { Hourglass } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useNow } from '../credentials/use-now.ts';
import { useLocale } from '../locales/use-locale.ts';
import { StatusBadge } from '../ui/status-badge.tsx';
import { formatDay } from '../ui/time.tsx';
import { isRetired, type Model } from './model.ts';

/** Marks a model that the provider shuts down, or has shut down. */
export function Deprecation({ model }: { model: Pick<Model, 'deprecatedAt'> }) {
  const { t } = useTranslation('models');
  const locale = useLocale();
  const isPast = isRetired(model, useNow());
  if (model.deprecatedAt === null) return null;
  return (
    <StatusBadge tone={isPast ? 'bad' : 'attention'} icon={Hourglass}>
      {isPast ? t('row.deprecated') : t('row.retiring', { date: formatDay(model.deprecatedAt, locale) })}
    </StatusBadge>
  );
}
