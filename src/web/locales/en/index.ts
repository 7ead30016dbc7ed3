import accounts from './accounts.ts';
import administration from './administration.ts';
import audit from './audit.ts';
import credentials from './credentials.ts';
import errors from './errors.ts';
import grants from './grants.ts';
import groups from './groups.ts';
import invitations from './invitations.ts';
import members from './members.ts';
import models from './models.ts';
import notifications from './notifications.ts';
import overview from './overview.ts';
import playground from './playground.ts';
import providers from './providers.ts';
import secondFactors from './second-factors.ts';
import serviceAccounts from './service-accounts.ts';
import sessions from './sessions.ts';
import settings from './settings.ts';
import shareLinks from './share-links.ts';
import shell from './shell.ts';
import terms from './terms.ts';
import usage from './usage.ts';
import virtualKeys from './virtual-keys.ts';
import workspaces from './workspaces.ts';

export default {
  accounts,
  administration,
  audit,
  credentials,
  errors,
  grants,
  groups,
  invitations,
  members,
  models,
  notifications,
  overview,
  playground,
  providers,
  secondFactors,
  serviceAccounts,
  sessions,
  settings,
  shareLinks,
  shell,
  terms,
  usage,
  virtualKeys,
  workspaces,
};
