import accounts from './accounts.ts';
import credentials from './credentials.ts';
import errors from './errors.ts';
import models from './models.ts';
import overview from './overview.ts';
import playground from './playground.ts';
import providers from './providers.ts';
import secondFactors from './second-factors.ts';
import sessions from './sessions.ts';
import settings from './settings.ts';
import shell from './shell.ts';
import terms from './terms.ts';
import usage from './usage.ts';
import virtualKeys from './virtual-keys.ts';

export default {
  accounts,
  credentials,
  errors,
  models,
  overview,
  playground,
  providers,
  secondFactors,
  sessions,
  settings,
  shell,
  terms,
  usage,
  virtualKeys,
};
