import { keepPreviousData, useQueries } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { read } from '../api.ts';
import type { Credential } from '../credentials/credential.ts';
import type { Model } from '../models/model.ts';

const SETTLE_MS = 160;
const PROVIDERS_MAX = 12;
const PER_PROVIDER = 30;
const FRESH_MS = 5 * 60_000;

/** The providers of some keys, each once. */
export function providersOf(credentials: readonly Pick<Credential, 'provider'>[]): string[] {
  return [...new Set(credentials.map(({ provider }) => provider))];
}

function useSettled(value: string): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), SETTLE_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

/** Chat models of some providers that match a word, best first within each provider; up to twelve providers. */
export function useUsableModels(
  providerIds: readonly string[],
  typed: string,
): { models: Model[]; isLoading: boolean } {
  const words = useSettled(typed.trim()).slice(0, 200);
  return useQueries({
    queries: providerIds.slice(0, PROVIDERS_MAX).map((provider) => ({
      ...read('GET /api/models', {
        query: { provider, category: 'chat', limit: PER_PROVIDER, ...(words === '' ? {} : { q: words }) },
      }),
      staleTime: FRESH_MS,
      placeholderData: keepPreviousData,
    })),
    combine: (results) => ({
      models: results.flatMap(({ data }) => data?.items ?? []),
      isLoading: results.some(({ isFetching }) => isFetching),
    }),
  });
}
