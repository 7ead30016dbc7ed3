import { useTranslation } from 'react-i18next';
import type { UsageGroup } from '../../contract/vocabulary.ts';
import { useProviders } from '../credentials/key-queries.ts';
import { toolName } from './tool-names.ts';

export interface Group {
  id: string | null;
  label: string;
  /** All groups beyond the dearest of a chart. */
  isOther?: boolean;
}

/** How a group of calls is called in the person's language. */
export function useGroupLabel(): (by: UsageGroup, group: Group) => string {
  const { t } = useTranslation('usage');
  const { nameOf } = useProviders();
  return (by, { id, label, isOther }) => {
    if (isOther) return t('chart.other');
    if (id === null) return t(`none.${by}`);
    if (by === 'provider') return nameOf(id);
    if (by === 'tool') return id === 'playground' || id === 'browser' ? t(`tool.${id}`) : toolName(id);
    return label === '' ? id : label;
  };
}
