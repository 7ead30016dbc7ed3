import type { OperationRequest } from '../../../contract/operation.ts';
import type { Operations } from '../../../contract/operations.ts';
import type { Dialect } from '../../../contract/vocabulary.ts';
import { isHttpAddress } from '../address.ts';
import { endOfDay, type ProviderSummary } from '../credential.ts';

/** Everything about a new key except its secret, which stays in its field. */
export interface Draft {
  providerId: string | null;
  name: string;
  baseUrl: string;
  /** Hosts of further dialects, for a custom provider. */
  baseUrls: Readonly<Partial<Record<Dialect, string>>>;
  tags: string[];
  note: string;
  /** A calendar day, or empty. */
  expiryDay: string;
  monthlyBudgetUsd: number | string;
}

export const emptyDraft: Draft = {
  providerId: null,
  name: '',
  baseUrl: '',
  baseUrls: {},
  tags: [],
  note: '',
  expiryDay: '',
  monthlyBudgetUsd: '',
};

export type DraftProblem =
  | 'secretMissing'
  | 'providerMissing'
  | 'baseUrlMissing'
  | 'baseUrlWrong'
  | 'nameMissing'
  | 'expiryWrong';
export type DraftField = 'secret' | 'provider' | 'baseUrl' | 'name' | 'expiry';

export type DraftProblems = Partial<Record<DraftField, DraftProblem>>;

export type NewKey = OperationRequest<Operations['POST /api/keys']>['body'];

/** The part that a connection test needs. */
export function addressOf(draft: Pick<Draft, 'baseUrl' | 'baseUrls'>): Pick<NewKey, 'baseUrl' | 'baseUrls'> {
  const baseUrls = Object.fromEntries(Object.entries(draft.baseUrls).filter(([, url]) => url !== ''));
  return {
    ...(draft.baseUrl === '' ? {} : { baseUrl: draft.baseUrl }),
    ...(Object.keys(baseUrls).length === 0 ? {} : { baseUrls }),
  };
}

/** What is missing or wrong, by field. `secret` is the text in its field. */
export function problemsOf(
  draft: Draft,
  { secret, provider }: { secret: string; provider: ProviderSummary | undefined },
): DraftProblems {
  const urls = [draft.baseUrl, ...Object.values(draft.baseUrls)].filter((url) => url !== '');
  const isUrlNeeded = provider !== undefined && provider.baseUrl === null && draft.baseUrl === '';
  const isPast = draft.expiryDay !== '' && Date.parse(endOfDay(draft.expiryDay) ?? '') < Date.now();
  return {
    ...(secret === '' ? { secret: 'secretMissing' } : {}),
    ...(provider === undefined ? { provider: 'providerMissing' } : {}),
    ...(isUrlNeeded ? { baseUrl: 'baseUrlMissing' } : {}),
    ...(urls.every(isHttpAddress) ? {} : { baseUrl: 'baseUrlWrong' }),
    ...(draft.name.trim() === '' ? { name: 'nameMissing' } : {}),
    ...(isPast ? { expiry: 'expiryWrong' } : {}),
  };
}

/** The fields of a new key beside secret and provider, without those left empty. */
export function detailsOf(draft: Draft): Omit<NewKey, 'secret' | 'provider'> {
  const expiresAt = draft.expiryDay === '' ? null : endOfDay(draft.expiryDay);
  return {
    name: draft.name.trim(),
    ...addressOf(draft),
    ...(draft.tags.length === 0 ? {} : { tags: draft.tags }),
    ...(draft.note.trim() === '' ? {} : { note: draft.note }),
    ...(expiresAt === null ? {} : { expiresAt }),
    ...(typeof draft.monthlyBudgetUsd === 'number' ? { monthlyBudgetUsd: draft.monthlyBudgetUsd } : {}),
  };
}
