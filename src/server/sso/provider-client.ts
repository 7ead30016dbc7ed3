import {
  allowInsecureRequests,
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretPost,
  Configuration,
  customFetch,
  enableNonRepudiationChecks,
  None,
  type ServerMetadata,
} from 'openid-client';
import { AppError } from '../http-errors.ts';
import type { Secret } from '../secret.ts';
import type { Services } from '../services.ts';
import { readSetting, type SettingValue } from '../settings/settings.ts';
import { findProvider } from './discovery.ts';
import { createProviderFetch } from './provider-fetch.ts';

export interface ProviderClient {
  readonly setting: SettingValue<'sso'>;
  readonly configuration: Configuration;
}

/** The provider that is set up, ready to talk to. Throws `sso_not_set_up` and `sso_failed`. Made anew for each use, so that no secret stays in memory. */
export async function openProviderClient(services: Services): Promise<ProviderClient> {
  const setting = await readSetting(services, 'sso');
  if (setting === null) throw new AppError('sso_not_set_up');
  const { value } = setting;
  const metadata = await findProvider(services, value.issuer, { isNew: false });
  const secret = await setting.openSecret();
  const configuration = new Configuration(metadata, value.clientId, undefined, clientAuth(metadata, secret));
  configuration[customFetch] = createProviderFetch(services.outbound);
  if (value.issuer.startsWith('http://')) allowInsecureRequests(configuration);
  // Else the library would take TLS for proof enough of who made an ID token, and not look at its signature.
  enableNonRepudiationChecks(configuration);
  return { setting: value, configuration };
}

/** `client_secret_basic` is what OpenID Connect takes for granted where a provider says nothing. */
function clientAuth(metadata: ServerMetadata, secret: Secret | null): ClientAuth {
  if (secret === null) return None();
  const methods = metadata.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
  const onlyPost = methods.includes('client_secret_post') && !methods.includes('client_secret_basic');
  return onlyPost ? ClientSecretPost(secret.reveal()) : ClientSecretBasic(secret.reveal());
}
