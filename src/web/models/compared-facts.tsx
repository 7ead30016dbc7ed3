import type { ReactNode } from 'react';
import type { Currency } from './currency.ts';
import type { Model } from './model.ts';
import { type ModelFact, useModelFacts } from './model-facts.tsx';

export interface ComparedFact {
  label: string;
  values: ReactNode[];
  differs: boolean;
  /** Which of them are the best in this line, when they are not all alike. */
  best: { indexes: number[]; word: 'lowest' | 'largest' } | null;
}

/** The lines of a comparison. A model that is missing (null) leaves its column empty. */
export function useComparedFacts(models: readonly (Model | null)[], currency: Currency): ComparedFact[] {
  return useModelFacts(currency).map((fact) => ({
    label: fact.label,
    values: models.map((model) => (model === null ? null : fact.show(model))),
    ...compare(fact, models),
  }));
}

function compare(fact: ModelFact, models: readonly (Model | null)[]): Pick<ComparedFact, 'differs' | 'best'> {
  const present = models.filter((model) => model !== null);
  const differs = new Set(present.map((model) => fact.valueOf(model))).size > 1;
  if (!differs || fact.better === undefined) return { differs, best: null };
  const numbers = models.map((model) => (model === null ? null : fact.valueOf(model)));
  const known = numbers.filter((value) => typeof value === 'number');
  if (new Set(known).size < 2) return { differs, best: null };
  const winner = fact.better === 'lowest' ? Math.min(...known) : Math.max(...known);
  const indexes = numbers.flatMap((value, index) => (value === winner ? [index] : []));
  return { differs, best: { indexes, word: fact.better } };
}
