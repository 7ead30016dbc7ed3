import { type RefObject, useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api.ts';
import { toastDone } from '../../ui/toasts.tsx';
import { useProviders, useRefreshKeys } from '../key-queries.ts';
import { addressOf, type Draft, type DraftProblems, detailsOf, emptyDraft, problemsOf } from './draft.ts';
import type { PastedSecret } from './parse-pasted.ts';
import { type TestRequest, useDraftTest } from './use-draft-test.ts';
import { useProposedName } from './use-proposed-name.ts';
import { useRecognition } from './use-recognition.ts';

export interface NewKeyOptions {
  /** The provider the key is for, when the person came from one. */
  providerId: string | null;
  onClose: () => void;
  onSeveral: (found: readonly PastedSecret[]) => void;
}

/** The form for one key: the draft, the guess of the provider, the test and the saving. The secret stays in its field. */
export function useNewKey(field: RefObject<HTMLInputElement | null>, options: NewKeyOptions) {
  const { find } = useProviders();
  const proposeName = useProposedName();
  const [written, setWritten] = useState<Partial<Draft>>({});
  const [problems, setProblems] = useState<DraftProblems>({});
  const [isMoreOpen, setIsMoreOpen] = useState(false);

  const given = { ...emptyDraft, providerId: options.providerId, ...written };
  const provider = given.providerId === null ? undefined : find(given.providerId);
  const draft: Draft = { ...given, name: written.name ?? (provider === undefined ? '' : proposeName(provider.id)) };

  const test = useDraftTest(() => readTestRequest(draft, { provider, secret: textOf(field) }));
  const { soon, reset } = test;

  const change = useCallback(
    (patch: Partial<Draft>) => {
      setWritten((before) => ({ ...before, ...patch }));
      setProblems({});
      if ('providerId' in patch || 'baseUrl' in patch || 'baseUrls' in patch) soon();
    },
    [soon],
  );
  const chooseProvider = (providerId: string | null) => change({ providerId, baseUrls: {} });

  const recognition = useRecognition({
    field,
    onSeveral: options.onSeveral,
    onChange: () => {
      setProblems({});
      // A key typed by hand is tested on demand, since every beginning of it would be a wrong key.
      reset();
    },
    onPasted: (guess, found) => {
      const [first] = guess.isSure ? guess.providerIds : [];
      change({
        ...(written.providerId == null && options.providerId === null && first !== undefined
          ? { providerId: first }
          : {}),
        ...(found?.baseUrl == null ? {} : { baseUrl: found.baseUrl }),
      });
      soon();
    },
  });

  /** The body to save, or null after the problems are shown. */
  const readBody = () => {
    const secret = textOf(field);
    const found = problemsOf(draft, { secret, provider });
    setProblems(found);
    if (found.secret !== undefined) field.current?.focus();
    if (found.expiry !== undefined || (found.baseUrl !== undefined && provider?.baseUrl != null)) setIsMoreOpen(true);
    if (provider === undefined || Object.keys(found).length > 0) return null;
    return { provider: provider.id, secret, ...detailsOf(draft) };
  };

  const toggleMore = () => setIsMoreOpen(!isMoreOpen);
  return { draft, provider, problems, change, chooseProvider, test, recognition, readBody, isMoreOpen, toggleMore };
}

export type NewKeyForm = ReturnType<typeof useNewKey>;

function textOf(field: RefObject<HTMLInputElement | null>): string {
  return field.current?.value.trim() ?? '';
}

function readTestRequest(draft: Draft, known: Parameters<typeof problemsOf>[1]): TestRequest | null {
  const { secret, provider, baseUrl } = problemsOf(draft, known);
  if (known.provider === undefined || [secret, provider, baseUrl].some((problem) => problem !== undefined)) return null;
  return { provider: known.provider.id, secret: known.secret, ...addressOf(draft) };
}

/** Stores the key of a form, says so, and has its status recorded when the draft was tested. */
export function useSaveKey(form: NewKeyForm, onSaved: () => void) {
  const { t } = useTranslation('credentials');
  const refresh = useRefreshKeys();
  const [error, setError] = useState<unknown>(null);
  const [isSaving, setIsSaving] = useState(false);
  const { state } = form.test;
  const save = async () => {
    const body = form.readBody();
    if (body === null) return;
    setIsSaving(true);
    setError(null);
    try {
      const { id, name, duplicateOf } = await api('POST /api/keys', { body });
      // The test of a draft is not kept; asking once more with the saved key records its status.
      if (state.kind !== 'idle') void api('POST /api/keys/test', { body: { id } }).then(refresh, refresh);
      await refresh();
      const isValid = state.kind === 'done' && state.test.status === 'valid';
      const words = isValid ? t('add.savedValid', { name }) : t('add.saved', { name });
      toastDone(duplicateOf === null ? words : `${words} ${t('row.duplicate', { name: duplicateOf.name })}`);
      onSaved();
    } catch (thrown) {
      setError(thrown);
      setIsSaving(false);
    }
  };
  return { save, error, isSaving };
}
