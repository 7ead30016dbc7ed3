import { Tooltip } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import classes from './tag-list.module.css';

interface TagListProps {
  tags: readonly string[];
  /** How many stand in full; the rest is counted. All when absent. */
  shown?: number;
}

export function TagList({ tags, shown = tags.length }: TagListProps) {
  const { t } = useTranslation('credentials');
  if (tags.length === 0) return null;
  const rest = tags.slice(shown);
  return (
    <span className={classes.tags}>
      {tags.slice(0, shown).map((tag) => (
        <span key={tag} className={classes.tag} title={tag}>
          {tag}
        </span>
      ))}
      {rest.length > 0 && (
        <Tooltip label={rest.join(', ')}>
          <span className={classes.tag}>
            <span aria-hidden>{t('row.moreTags', { count: rest.length })}</span>
            <span className={classes.hidden}>{rest.join(', ')}</span>
          </span>
        </Tooltip>
      )}
    </span>
  );
}
