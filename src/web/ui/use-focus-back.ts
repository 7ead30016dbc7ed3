import { useEffect, useState } from 'react';

/**
 * Gives the focus back to where it was when the component that calls this goes away, unless something else took it.
 * Mantine does so only for dialogs that stay mounted while they are closed.
 */
export function useFocusBack(): void {
  const [before] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      const isLost = document.activeElement === null || document.activeElement === document.body;
      if (isLost && before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    },
    [before],
  );
}
