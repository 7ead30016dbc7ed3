import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import './fonts/fonts.css';
import './global.css';
import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { onSignedOut } from './api.ts';
import { cspNonce } from './csp-nonce.ts';
import { startI18n } from './locales/i18n.ts';
import { queryClient } from './query-client.ts';
import { router } from './router.tsx';
import { cssVariables, theme } from './theme.ts';

const PUBLIC_PATHS = [
  '/sign-in',
  '/register',
  '/terms',
  '/forgot-password',
  '/reset',
  '/verify-email',
  '/sso/callback',
  '/shared',
  '/invite',
];

// The scroll lock of dialogs writes a style element and looks for the nonce under this name.
Object.assign(globalThis, { __webpack_nonce__: cspNonce() });

onSignedOut(() => {
  const { pathname, href } = router.state.location;
  if (PUBLIC_PATHS.includes(pathname) || router.state.status === 'pending') return;
  queryClient.clear();
  void router.navigate({ to: '/sign-in', search: { next: href } });
});

await startI18n();

const container = document.getElementById('root');
if (container === null) throw new Error('The page has no element #root.');
createRoot(container).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      defaultColorScheme="auto"
      getStyleNonce={cspNonce}
    >
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
