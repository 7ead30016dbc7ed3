import { useTranslation } from 'react-i18next';
import type { Category } from '../../contract/vocabulary.ts';
import classes from './models-table.module.css';

export function CategoryTags({ categories }: { categories: readonly Category[] }) {
  const { t } = useTranslation('models');
  return (
    <span className={classes.tags}>
      {categories.map((category) => (
        <span key={category} className={classes.tag}>
          {t(`category.${category}`)}
        </span>
      ))}
    </span>
  );
}
