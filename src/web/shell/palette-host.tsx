import { lazy, Suspense, useSyncExternalStore } from 'react';

const CommandPalette = lazy(() => import('./command-palette.tsx'));

let isOpen = false;
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function show(next: boolean): void {
  isOpen = next;
  for (const listener of listeners) listener();
}

export function openPalette(): void {
  show(true);
}

/** Loads the palette when it is first asked for. */
export function PaletteHost() {
  const isShown = useSyncExternalStore(subscribe, () => isOpen);
  if (!isShown) return null;
  return (
    <Suspense fallback={null}>
      <CommandPalette onClose={() => show(false)} />
    </Suspense>
  );
}
