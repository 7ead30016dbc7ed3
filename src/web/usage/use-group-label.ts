import { useTranslation } from 'react-i18next';
import type { UsageGroup } from '../../contract/vocabulary.ts';
import { useProviders } from '../credentials/key-queries.ts';
import { toolName } from './tool-names.ts';
import { OTHER_GROUP } from './usage-search.ts';

export interface Group {
  id: string | null;
  label: string;
}

/** How a group of calls is called in the person's language. */
export function useGroupLabel(): (by: UsageGroup, group: Group) => string {
  const { t } = useTranslation('usage');
  const { nameOf } = useProviders();
  return (by, { id, label }) => {
    if (id === null) return t(`none.${by}`);
    if (id === OTHER_GROUP) return t('chart.other');
    if (by === 'provider') return nameOf(id);
    if (by === 'tool') return id === 'playground' || id === 'browser' ? t(`tool.${id}`) : toolName(id);
    return label === '' ? id : label;
  };
}
