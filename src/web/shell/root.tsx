import { Notifications } from '@mantine/notifications';
import { Outlet, useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { FreshSignIn } from '../sessions/fresh-sign-in.tsx';
import { CopyDialogHost } from '../ui/copy-dialog-host.tsx';
import { OfflineBanner } from './offline-banner.tsx';

/** After a move to another page the focus goes to its title, so that screen readers and the Tab key start there. */
function useFocusOnArrival(): void {
  const router = useRouter();
  useEffect(
    () =>
      router.subscribe('onRendered', ({ fromLocation, pathChanged }) => {
        if (fromLocation === undefined || !pathChanged) return;
        const active = document.activeElement;
        if (active?.closest('form, [role="dialog"]') != null) return;
        document.querySelector<HTMLElement>('h1[tabindex]')?.focus({ preventScroll: true });
      }),
    [router],
  );
}

export function Root() {
  useFocusOnArrival();
  return (
    <>
      <OfflineBanner />
      <Outlet />
      <FreshSignIn />
      <CopyDialogHost />
      <Notifications position="bottom-right" limit={4} transitionDuration={160} containerWidth={360} />
    </>
  );
}
