import accounts from './accounts.ts';
import credentials from './credentials.ts';
import errors from './errors.ts';
import models from './models.ts';
import overview from './overview.ts';
import providers from './providers.ts';
import sessions from './sessions.ts';
import settings from './settings.ts';
import shell from './shell.ts';
import terms from './terms.ts';

export default { accounts, credentials, errors, models, overview, providers, sessions, settings, shell, terms };
