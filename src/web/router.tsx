import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  notFound,
  redirect,
} from '@tanstack/react-router';
import { ApiError } from '../contract/client.ts';
import { read } from './api.ts';
import { auditNames } from './audit/audit-search.ts';
import { readKeysSearch } from './credentials/keys-search.ts';
import { queryClient } from './query-client.ts';
import { addressWithoutOrigin, parseSearch, pick, stringifySearch } from './search-params.ts';
import { hasNoSessionCookie } from './sessions/session-cookie.ts';
import { NotFoundPage } from './shell/not-found-page.tsx';
import { Root } from './shell/root.tsx';
import { RouteError } from './shell/route-error.tsx';
import { readInvitationsSearch } from './team/invitations/invitation-search.ts';
import { readMembersSearch } from './team/members/members-search.ts';
import { readProgramsSearch } from './team/programs/programs-search.ts';
import { logNames } from './usage/log/log-search.ts';
import { usageNames } from './usage/usage-search.ts';
import { readVirtualKeysSearch } from './virtual-keys/virtual-keys-search.ts';
import { chooseWorkspace, chosenWorkspace } from './workspaces/chosen-workspace.ts';

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}

const root = createRootRouteWithContext<{ queryClient: QueryClient }>()({
  component: Root,
  notFoundComponent: NotFoundPage,
  errorComponent: RouteError,
});

/** Pages of a signed-in person: their route ids begin with `/app`, their addresses do not. */
const app = createRoute({
  getParentRoute: () => root,
  id: 'app',
  component: lazyRouteComponent(() => import('./shell/shell.tsx')),
  beforeLoad: async ({ context, location }) => {
    const signIn = redirect({ to: '/sign-in', search: location.href === '/' ? {} : { next: location.href } });
    if (hasNoSessionCookie()) throw signIn;
    try {
      await context.queryClient.ensureQueryData(read('GET /api/me'));
    } catch (error) {
      if (error instanceof ApiError && error.httpStatus === 404 && chosenWorkspace() !== null) {
        // The workspace chosen on this device is gone, or belonged to another person.
        chooseWorkspace(null);
        await context.queryClient.ensureQueryData(read('GET /api/me'));
        return;
      }
      if (error instanceof ApiError && error.httpStatus === 401) throw signIn;
      throw error;
    }
  },
});

const overview = createRoute({
  getParentRoute: () => app,
  path: '/',
  component: lazyRouteComponent(() => import('./overview/overview-page.tsx')),
});

const keys = createRoute({
  getParentRoute: () => app,
  path: '/keys',
  validateSearch: readKeysSearch,
  component: lazyRouteComponent(() => import('./credentials/credentials-page.tsx')),
});

const models = createRoute({
  getParentRoute: () => app,
  path: '/models',
  /** `model` is the open `provider/model`; `compare` holds up to four of them, separated by commas. */
  validateSearch: (search) =>
    pick(search, 'q', 'provider', 'category', 'sort', 'context', 'price', 'compare', 'model', 'panel'),
  component: lazyRouteComponent(() => import('./models/models-page.tsx')),
});

const providers = createRoute({
  getParentRoute: () => app,
  path: '/providers',
  validateSearch: (search) => pick(search, 'q', 'dialect'),
  component: lazyRouteComponent(() => import('./providers/providers-page.tsx')),
});

const virtualKeys = createRoute({
  getParentRoute: () => app,
  path: '/virtual-keys',
  validateSearch: readVirtualKeysSearch,
  component: lazyRouteComponent(() => import('./virtual-keys/virtual-keys-page.tsx')),
});

const playground = createRoute({
  getParentRoute: () => app,
  path: '/playground',
  /** `keyId` is an API key; `model` a model's id or `provider/model`. */
  validateSearch: (search) => pick(search, 'keyId', 'model'),
  component: lazyRouteComponent(() => import('./playground/playground-page.tsx')),
});

const usage = createRoute({
  getParentRoute: () => app,
  path: '/usage',
  validateSearch: (search) => pick(search, ...usageNames),
  component: lazyRouteComponent(() => import('./usage/usage-page.tsx')),
});

const usageLog = createRoute({
  getParentRoute: () => app,
  path: '/usage/log',
  validateSearch: (search) => pick(search, ...logNames),
  component: lazyRouteComponent(() => import('./usage/log/log-page.tsx')),
});

const audit = createRoute({
  getParentRoute: () => app,
  path: '/audit',
  validateSearch: (search) => pick(search, ...auditNames),
  component: lazyRouteComponent(() => import('./audit/audit-page.tsx')),
});

const team = createRoute({
  getParentRoute: () => app,
  path: '/team',
  component: lazyRouteComponent(() => import('./team/team-layout.tsx')),
});

const members = createRoute({
  getParentRoute: () => team,
  path: '/',
  validateSearch: readMembersSearch,
  component: lazyRouteComponent(() => import('./team/members/members-page.tsx')),
});

const groups = createRoute({
  getParentRoute: () => team,
  path: '/groups',
  component: lazyRouteComponent(() => import('./team/groups/groups-page.tsx')),
});

const programs = createRoute({
  getParentRoute: () => team,
  path: '/programs',
  validateSearch: readProgramsSearch,
  component: lazyRouteComponent(() => import('./team/programs/programs-page.tsx')),
});

const invitations = createRoute({
  getParentRoute: () => team,
  path: '/invitations',
  validateSearch: readInvitationsSearch,
  component: lazyRouteComponent(() => import('./team/invitations/invitations-page.tsx')),
});

const workspace = createRoute({
  getParentRoute: () => team,
  path: '/workspace',
  component: lazyRouteComponent(() => import('./team/workspace/workspace-page.tsx')),
});

const settings = createRoute({
  getParentRoute: () => app,
  path: '/settings',
  component: lazyRouteComponent(() => import('./settings/settings-layout.tsx')),
});

const settingsIndex = createRoute({
  getParentRoute: () => settings,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/settings/profile' });
  },
});

const profile = createRoute({
  getParentRoute: () => settings,
  path: '/profile',
  component: lazyRouteComponent(() => import('./accounts/profile-page.tsx')),
});

const security = createRoute({
  getParentRoute: () => settings,
  path: '/security',
  component: lazyRouteComponent(() => import('./sessions/security-page.tsx')),
});

const appearance = createRoute({
  getParentRoute: () => settings,
  path: '/appearance',
  component: lazyRouteComponent(() => import('./settings/appearance-page.tsx')),
});

const budgetAlerts = createRoute({
  getParentRoute: () => settings,
  path: '/alerts',
  component: lazyRouteComponent(() => import('./settings/budget-alerts-page.tsx')),
});

/** Pages of instance administrators; for everybody else there is nothing at these addresses. */
const administration = createRoute({
  getParentRoute: () => app,
  path: '/administration',
  beforeLoad: async ({ context }) => {
    const { user } = await context.queryClient.ensureQueryData(read('GET /api/me'));
    if (!user.isInstanceAdmin) throw notFound();
  },
  component: lazyRouteComponent(() => import('./administration/administration-layout.tsx')),
});

const administrationIndex = createRoute({
  getParentRoute: () => administration,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/administration/users' });
  },
});

const users = createRoute({
  getParentRoute: () => administration,
  path: '/users',
  /** `user` is the open account. */
  validateSearch: (search) => pick(search, 'q', 'state', 'user'),
  component: lazyRouteComponent(() => import('./administration/users/users-page.tsx')),
});

const instanceSettings = createRoute({
  getParentRoute: () => administration,
  path: '/settings',
  component: lazyRouteComponent(() => import('./administration/settings/instance-settings-page.tsx')),
});

const system = createRoute({
  getParentRoute: () => administration,
  path: '/system',
  component: lazyRouteComponent(() => import('./administration/system/system-page.tsx')),
});

const instanceUsage = createRoute({
  getParentRoute: () => administration,
  path: '/usage',
  validateSearch: (search) => pick(search, 'days', 'workspace', 'chart'),
  component: lazyRouteComponent(() => import('./administration/usage/instance-usage-page.tsx')),
});

const instanceAudit = createRoute({
  getParentRoute: () => administration,
  path: '/audit',
  validateSearch: (search) => pick(search, ...auditNames),
  component: lazyRouteComponent(() => import('./administration/audit/instance-audit-page.tsx')),
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (search) => {
    const { next } = pick(search, 'next');
    const address = addressWithoutOrigin(next);
    return address === null ? {} : { next: address };
  },
  component: lazyRouteComponent(() => import('./sessions/sign-in-page.tsx')),
});

const notificationChoices = createRoute({
  getParentRoute: () => settings,
  path: '/notifications',
  component: lazyRouteComponent(() => import('./notifications/notifications-page.tsx')),
});

const shared = createRoute({
  getParentRoute: () => root,
  path: '/shared',
  component: lazyRouteComponent(() => import('./share-links/shared-page.tsx')),
});

const forgotPassword = createRoute({
  getParentRoute: () => root,
  path: '/forgot-password',
  component: lazyRouteComponent(() => import('./sessions/forgot-password-page.tsx')),
});

/** Pages of links carry their token behind `#`, which browsers send to nobody. */
const resetPassword = createRoute({
  getParentRoute: () => root,
  path: '/reset',
  component: lazyRouteComponent(() => import('./sessions/reset-password-page.tsx')),
});

const verifyEmail = createRoute({
  getParentRoute: () => root,
  path: '/verify-email',
  component: lazyRouteComponent(() => import('./sessions/verify-email-page.tsx')),
});

const ssoCallback = createRoute({
  getParentRoute: () => root,
  path: '/sso/callback',
  component: lazyRouteComponent(() => import('./sessions/sso-callback-page.tsx')),
});

const invite = createRoute({
  getParentRoute: () => root,
  path: '/invite',
  component: lazyRouteComponent(() => import('./invitations/accept-page.tsx')),
});

const register = createRoute({
  getParentRoute: () => root,
  path: '/register',
  component: lazyRouteComponent(() => import('./accounts/register-page.tsx')),
});

const terms = createRoute({
  getParentRoute: () => root,
  path: '/terms',
  component: lazyRouteComponent(() => import('./terms/terms-page.tsx')),
});

const routeTree = root.addChildren([
  app.addChildren([
    overview,
    keys,
    models,
    providers,
    virtualKeys,
    playground,
    usage,
    usageLog,
    team.addChildren([members, groups, programs, invitations, workspace]),
    audit,
    administration.addChildren([administrationIndex, users, instanceSettings, system, instanceUsage, instanceAudit]),
    settings.addChildren([settingsIndex, profile, security, appearance, budgetAlerts, notificationChoices]),
  ]),
  signIn,
  shared,
  forgotPassword,
  resetPassword,
  verifyEmail,
  ssoCallback,
  invite,
  register,
  terms,
]);

export const router = createRouter({
  routeTree,
  context: { queryClient },
  parseSearch,
  stringifySearch,
  defaultPreload: 'intent',
  defaultPreloadStaleTime: 0,
  scrollRestoration: true,
  defaultErrorComponent: RouteError,
  defaultNotFoundComponent: NotFoundPage,
});
