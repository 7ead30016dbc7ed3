import { lazy, Suspense, useSyncExternalStore } from 'react';

const CopyDialog = lazy(() => import('./copy-dialog.tsx'));

export interface RefusedCopy {
  value: string;
  name: string | undefined;
}

let refused: RefusedCopy | null = null;
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Shows the value selected in a dialog, for browsers that give no way into the clipboard. null forgets it. */
export function showCopyDialog(next: RefusedCopy | null): void {
  refused = next;
  for (const listener of listeners) listener();
}

/** Stands once in the application. */
export function CopyDialogHost() {
  const current = useSyncExternalStore(subscribe, () => refused);
  if (current === null) return null;
  return (
    <Suspense fallback={null}>
      <CopyDialog refused={current} onClose={() => showCopyDialog(null)} />
    </Suspense>
  );
}
