import { useTranslation } from 'react-i18next';
import { api } from '../api.ts';
import type { Credential, CredentialId } from './credential.ts';
import { useRefreshKeys } from './key-queries.ts';
import { TAGS_MAX } from './limits.ts';
import { toastWithUndo } from './undo-toast.tsx';
import { type BulkOutcome, type BulkResult, useBulk } from './use-bulk.ts';
import type { Selection } from './use-selection.ts';

const restoreKey = ({ id }: Credential) => api('POST /api/keys/{id}/restore', { params: { id } });
const trashKey = ({ id }: Credential) => api('DELETE /api/keys/{id}', { params: { id } });

function done(): BulkOutcome {
  return { kind: 'done' };
}

function succeeded(results: readonly BulkResult[]): Credential[] {
  return results.filter(({ outcome }) => outcome.kind === 'done').map(({ credential }) => credential);
}

/** Test, tag, trash and restore for the ticked keys. What cannot be done to some is told per key. */
export function useBulkActions(selection: Selection) {
  const { t } = useTranslation('credentials');
  const { run, start, stop, dismiss } = useBulk();
  const refresh = useRefreshKeys();

  /** The list of results is worth a look only when something did not work. */
  const finish = async (results: readonly BulkResult[]) => {
    await refresh();
    if (succeeded(results).length < results.length) return;
    dismiss();
    selection.clear();
  };

  const test = async () => {
    await start(selection.items, async ({ id }) => ({
      kind: 'done',
      test: await api('POST /api/keys/test', { body: { id } }),
    }));
    await refresh();
  };

  const addTags = async (tags: readonly string[]) => {
    const tagsBefore = new Map<CredentialId, string[]>();
    const results = await start(selection.items, async ({ id }) => {
      // The row may have been changed since it was ticked.
      const { tags: before } = await api('GET /api/keys/{id}', { params: { id } });
      const merged = [...new Set([...before, ...tags])].slice(0, TAGS_MAX);
      await api('PUT /api/keys/{id}', { params: { id }, body: { tags: merged } });
      tagsBefore.set(id, before);
      return done();
    });
    await finish(results);
    const changed = succeeded(results);
    const undoLabel = t('bulk.undo');
    const onUndo = async () => {
      for (const [id, before] of tagsBefore)
        await api('PUT /api/keys/{id}', { params: { id }, body: { tags: before } });
      await refresh();
    };
    if (changed.length > 0) toastWithUndo({ message: t('bulk.tagged', { count: changed.length }), undoLabel, onUndo });
  };

  const move = async (direction: 'trash' | 'restore') => {
    const [go, back] = direction === 'trash' ? ([trashKey, restoreKey] as const) : ([restoreKey, trashKey] as const);
    const results = await start(selection.items, async (credential) => {
      await go(credential);
      return done();
    });
    await finish(results);
    const moved = succeeded(results);
    const count = moved.length;
    const message = direction === 'trash' ? t('bulk.trashed', { count }) : t('bulk.restored', { count });
    const onUndo = async () => {
      for (const credential of moved) await back(credential);
      await refresh();
    };
    if (count > 0) toastWithUndo({ message, undoLabel: t('bulk.undo'), onUndo });
  };

  return { run, stop, dismiss, test, addTags, trash: () => move('trash'), restore: () => move('restore') };
}
