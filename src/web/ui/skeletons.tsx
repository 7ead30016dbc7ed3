import { Skeleton } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import classes from './skeletons.module.css';

function range(length: number): number[] {
  return Array.from({ length }, (_, index) => index);
}

/** Rows in the shape of the table that comes. */
export function TableSkeleton({ rows = 8, columns = 5 }: { rows?: number; columns?: number }) {
  const { t } = useTranslation();
  return (
    <div className={classes.table} role="status" aria-label={t('ui.loading')}>
      {range(rows).map((row) => (
        <div key={row} className={classes.row}>
          {range(columns).map((column) => (
            <Skeleton
              key={column}
              height={12}
              radius="xs"
              width={column === 0 ? '60%' : `${70 - ((row + column) % 3) * 18}%`}
            />
          ))}
        </div>
      ))}
    </div>
  );
}

/** Cards in the shape of the grid that comes. */
export function CardsSkeleton({ cards = 6, height = 120 }: { cards?: number; height?: number }) {
  const { t } = useTranslation();
  return (
    <div className={classes.cards} role="status" aria-label={t('ui.loading')}>
      {range(cards).map((card) => (
        <Skeleton key={card} height={height} radius="lg" />
      ))}
    </div>
  );
}
