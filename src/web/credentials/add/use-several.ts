import { useCallback, useEffect, useRef, useState } from 'react';
import { previewSecret } from '../../../contract/preview.ts';
import { api } from '../../api.ts';
import { useProviders, useRefreshKeys } from '../key-queries.ts';
import { NAME_LENGTH_MAX } from '../limits.ts';
import type { PastedSecret } from './parse-pasted.ts';
import { isComplete, type SeveralRow } from './several-rows.ts';
import { useProposedName } from './use-proposed-name.ts';

const TESTS_AT_ONCE = 3;

export interface Progress {
  kind: 'testing' | 'saving';
  doneCount: number;
  total: number;
}

/** The table of pasted keys. The secrets live in a store beside the state and are forgotten when the table goes. */
export function useSeveral() {
  const { find } = useProviders();
  const proposeName = useProposedName();
  const refresh = useRefreshKeys();
  const secrets = useRef(new Map<number, string>());
  const [rows, setRows] = useState<readonly SeveralRow[]>([]);
  const [progress, setProgress] = useState<Progress | null>(null);

  useEffect(() => {
    const store = secrets.current;
    return () => store.clear();
  }, []);

  const change = useCallback((number: number, patch: Partial<SeveralRow>) => {
    setRows((before) => before.map((row) => (row.number === number ? { ...row, ...patch } : row)));
  }, []);

  const show = useCallback(
    async (found: readonly PastedSecret[]) => {
      const { guessProvider } = await import('./guess-provider.ts');
      secrets.current.clear();
      const taken = new Map<string, number>();
      const next = found.map(({ secret, variable, baseUrl }, index): SeveralRow => {
        secrets.current.set(index + 1, secret);
        const { providerIds, isSure } = guessProvider(secret, variable);
        const [guess = null] = isSure ? providerIds : [];
        const providerId = guess !== null && find(guess) !== undefined ? guess : null;
        const before = taken.get(providerId ?? '') ?? 0;
        taken.set(providerId ?? '', before + 1);
        const name = providerId === null ? (variable ?? '').slice(0, NAME_LENGTH_MAX) : proposeName(providerId, before);
        return {
          number: index + 1,
          variable,
          preview: previewSecret(secret),
          name,
          isNameOwn: false,
          providerId,
          baseUrl: baseUrl ?? '',
          state: { kind: 'idle' },
        };
      });
      setRows(next);
    },
    [find, proposeName],
  );

  const remove = (number: number) => {
    secrets.current.delete(number);
    setRows((before) => before.filter((row) => row.number !== number));
  };
  const clear = () => {
    secrets.current.clear();
    setRows([]);
  };

  const chooseProvider = (row: SeveralRow, providerId: string | null) => {
    const taken = rows.filter((other) => other.providerId === providerId && other !== row).length;
    const name = row.isNameOwn || providerId === null ? row.name : proposeName(providerId, taken);
    change(row.number, { providerId, name, state: { kind: 'idle' } });
  };

  const body = ({ number, providerId, baseUrl }: SeveralRow) => ({
    provider: providerId ?? '',
    secret: secrets.current.get(number) ?? '',
    ...(baseUrl === '' ? {} : { baseUrl }),
  });

  const testRow = async (row: SeveralRow) => {
    change(row.number, { state: { kind: 'testing' } });
    try {
      const test = await api('POST /api/keys/test', { body: body(row) });
      change(row.number, { state: { kind: 'tested', test } });
    } catch (error) {
      change(row.number, { state: { kind: 'failed', error, step: 'test' } });
    }
  };

  const saveRow = async (row: SeveralRow) => {
    const wasTested = row.state.kind === 'tested';
    change(row.number, { state: { kind: 'saving' } });
    try {
      const { id } = await api('POST /api/keys', { body: { ...body(row), name: row.name.trim() } });
      secrets.current.delete(row.number);
      change(row.number, { state: { kind: 'saved', id } });
      // A test of a draft is not kept; asking once more with the saved key records its status.
      if (wasTested) await api('POST /api/keys/test', { body: { id } }).catch(() => undefined);
      return true;
    } catch (error) {
      change(row.number, { state: { kind: 'failed', error, step: 'save' } });
      return false;
    }
  };

  const isOpen = (row: SeveralRow) => row.state.kind !== 'saved';
  const ready = rows.filter((row) => isOpen(row) && isComplete(row, find(row.providerId ?? '')));
  const incompleteCount = rows.filter(isOpen).length - ready.length;

  const work = async (kind: Progress['kind'], atOnce: number, one: (row: SeveralRow) => Promise<unknown>) => {
    const queue = [...ready];
    const total = queue.length;
    let doneCount = 0;
    setProgress({ kind, doneCount, total });
    const worker = async () => {
      for (let row = queue.shift(); row !== undefined; row = queue.shift()) {
        await one(row);
        doneCount += 1;
        setProgress({ kind, doneCount, total });
      }
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
    setProgress(null);
  };

  const testAll = () => work('testing', TESTS_AT_ONCE, testRow);
  /** Resolves with how many were saved. */
  const saveAll = async () => {
    let savedCount = 0;
    await work('saving', 1, async (row) => {
      if (await saveRow(row)) savedCount += 1;
    });
    await refresh();
    return savedCount;
  };

  return { rows, progress, ready, incompleteCount, show, change, remove, clear, chooseProvider, testAll, saveAll };
}
