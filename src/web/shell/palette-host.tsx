import { lazy, Suspense, useEffect, useSyncExternalStore } from 'react';

const load = () => import('./command-palette.tsx');
const CommandPalette = lazy(load);

/** When the page has surely come to rest; Safari cannot be asked. */
const REST_MS = 3000;

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

/** Loads the palette once the page is at rest, so that nothing typed after the first Ctrl+K is lost, or when asked for. */
export function PaletteHost() {
  const isShown = useSyncExternalStore(subscribe, () => isOpen);
  useEffect(() => {
    const timer = setTimeout(() => void load(), REST_MS);
    return () => clearTimeout(timer);
  }, []);
  if (!isShown) return null;
  return (
    <Suspense fallback={null}>
      <CommandPalette onClose={() => show(false)} />
    </Suspense>
  );
}
