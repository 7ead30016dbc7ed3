import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { read } from '../api.ts';

const STALE_AFTER_MS = 5 * 60_000;

/** What the administrators call this instance, else the product's name. */
export function useProductName(): string {
  const { t } = useTranslation();
  const instance = useQuery({ ...read('GET /api/instance'), staleTime: STALE_AFTER_MS });
  return instance.data?.name ?? t('product');
}
