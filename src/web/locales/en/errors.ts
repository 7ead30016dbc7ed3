import type { ErrorCode } from '../../../contract/errors.ts';

/** What a person reads when a call is refused: what happened, and what to do next. */
export default {
  offline: {
    text: 'The server does not answer.',
    next: 'Check the network and whether the server runs, then try again.',
  },
  malformed_json: { text: 'The request was damaged on its way.', next: 'Reload the page and try again.' },
  invalid_request: { text: 'The server could not read the request.', next: 'Reload the page and try again.' },
  not_signed_in: { text: 'You are signed out.', next: 'Sign in to go on.' },
  sign_in_failed: { text: 'E-mail or password is wrong.', next: 'Check both and try again.' },
  wrong_password: { text: 'The current password is wrong.', next: 'Type it once more.' },
  fresh_sign_in_needed: {
    text: 'Confirm your password to go on.',
    next: 'It stays confirmed for ten minutes.',
  },
  cross_site: {
    text: 'This change came from another site and was refused.',
    next: 'Open the dashboard at its own address and try again.',
  },
  foreign_host: {
    text: 'This server does not go by that name.',
    next: 'Open it by http://localhost, or set PUBLIC_URL to the address you use.',
  },
  not_a_page: { text: 'This address is part of the API and is not a page.', next: 'Open the dashboard instead.' },
  sign_up_closed: { text: 'Registration is closed here.', next: 'Ask an administrator for an account.' },
  setup_token_needed: {
    text: 'The first account needs the set-up token.',
    next: 'The server printed it when it started. Copy it from there.',
  },
  forbidden: { text: 'Your role in this workspace does not allow this.', next: 'Ask an owner of the workspace.' },
  not_found: { text: 'Nothing here by that name.', next: 'It may have been deleted, or you may not see it.' },
  method_not_allowed: {
    text: 'The server does not take this call.',
    next: 'Reload the page to get the newest version.',
  },
  request_timeout: {
    text: 'The request did not arrive in time.',
    next: 'Check the network, then try again.',
  },
  totp_needed: {
    text: 'This account asks for a second factor.',
    next: 'Enter the six digits of your authenticator app, or a recovery code.',
  },
  totp_wrong: { text: 'This code is wrong or was used before.', next: 'Wait for the next one and try again.' },
  passkey_refused: { text: 'This passkey was not accepted.', next: 'Try again, or sign in with your password.' },
  passkeys_need_address: {
    text: 'Passkeys need an address with a name.',
    next: 'Open http://localhost on this computer, or have PUBLIC_URL set.',
  },
  two_factor_needed: {
    text: 'This workspace asks for a second factor.',
    next: 'Set one up under Settings, Security, then sign in with it.',
  },
  sso_failed: { text: 'Signing in through your organisation failed.', next: 'Start again from the sign-in page.' },
  sso_not_linked: {
    text: 'An account with this e-mail exists already.',
    next: 'Sign in to it and connect your organisation under Settings, Security.',
  },
  sso_not_set_up: {
    text: 'Signing in through an organisation is not set up here.',
    next: 'Sign in with your password.',
  },
  sso_provider_refused: {
    text: 'The provider at this address cannot be used.',
    next: 'Check the issuer: it is the address before /.well-known/openid-configuration.',
  },
  identity_taken: {
    text: 'This identity is connected to another account here.',
    next: 'Sign in with it, or disconnect it there first.',
  },
  last_way_in: {
    text: 'This is the last way into your account.',
    next: 'Choose a password or add a passkey first.',
  },
  account_disabled: { text: 'This account is disabled.', next: 'Ask an administrator.' },
  last_owner: { text: 'A workspace keeps at least one owner.', next: 'Make somebody else an owner first.' },
  last_administrator: {
    text: 'The instance keeps at least one administrator.',
    next: 'Make somebody else an administrator first.',
  },
  personal_workspace: { text: 'A personal workspace has no members.', next: 'Create a team workspace.' },
  already_member: { text: 'This person is a member already.', next: 'Change their role in the list instead.' },
  name_taken: { text: 'Something here has this name already.', next: 'Choose another one.' },
  invitation_for_another: {
    text: 'This invitation is for another e-mail address.',
    next: 'Sign in with the account that has it.',
  },
  second_factor_missing: {
    text: 'You have no second factor yourself.',
    next: 'Set one up for your own account first, or you would shut yourself out.',
  },
  link_used: { text: 'This link was used, has expired or was withdrawn.', next: 'Ask for a new one.' },
  mail_not_set_up: {
    text: 'No mail server is set up here.',
    next: 'Ask an administrator, or pass the link on yourself.',
  },
  mail_failed: { text: 'The mail server did not take the message.', next: 'Check its settings under Administration.' },
  passphrase_wrong: {
    text: 'This is not the right passphrase.',
    next: 'Ask who sent you the link. After five wrong ones it ends for good.',
  },
  share_links_off: { text: 'One-time links are switched off in this workspace.', next: 'Ask an owner.' },
  email_taken: { text: 'An account with this e-mail exists.', next: 'Sign in instead.' },
  conflict: { text: 'Somebody changed this in the meantime.', next: 'Reload and try again.' },
  not_in_trash: {
    text: 'Only something in the trash can be deleted for good.',
    next: 'Move it to the trash first.',
  },
  custom_provider_in_use: { text: 'Keys still use this provider.', next: 'Move or delete those keys first.' },
  too_many_objects: {
    text: 'This workspace has as many of these as it may have.',
    next: 'Delete some that are not needed first.',
  },
  body_too_large: { text: 'That is more than the server accepts at once.', next: 'Send less, or in several steps.' },
  unsupported_media_type: { text: 'The server could not read the request.', next: 'Reload the page and try again.' },
  invalid_input: { text: 'Some fields are not right.', next: 'Mend the marked fields and try again.' },
  unknown_provider: { text: 'No provider has this id.', next: 'Choose one from the list.' },
  base_url_needed: { text: 'This provider has no fixed host.', next: 'Give the base URL of your resource.' },
  base_url_refused: {
    text: 'This base URL may not be used.',
    next: 'Private addresses need an entry in UPSTREAM_ALLOW_PRIVATE; ask an administrator.',
  },
  secret_needed: {
    text: 'The host changes, so the secret is needed again.',
    next: 'A stored secret is never sent to a new host on its own. Paste it once more.',
  },
  weak_password: {
    text: 'This password is too short or too common.',
    next: 'Choose at least 12 characters; several unrelated words work well.',
  },
  too_many_attempts: { text: 'Too many attempts.', next: 'Wait a little and try again.' },
  headers_too_large: {
    text: 'The browser sent more headers than the server accepts.',
    next: 'Clear the cookies of this site and sign in again.',
  },
  virtual_key_revoked: { text: 'This virtual key is revoked for good.', next: 'Create a new one in its place.' },
  time_zone_unknown: { text: 'No time zone has this name.', next: 'Choose one from the list.' },
  unknown_key: {
    text: 'One of these keys does not exist here, or you may not use it.',
    next: 'Take it out of the selection and try again.',
  },
  unknown_subject: {
    text: 'This person, group or program is not in this workspace.',
    next: 'Reload the page and choose again.',
  },
  webhook_refused: {
    text: 'This webhook address may not be used.',
    next: 'Private addresses need an entry in UPSTREAM_ALLOW_PRIVATE; ask an administrator.',
  },
  virtual_key_missing: {
    text: 'The call carried no virtual key.',
    next: 'Send it as “Authorization: Bearer sk-akm-…”, as x-api-key or as x-goog-api-key.',
  },
  virtual_key_malformed: {
    text: 'This is not a virtual key of this server.',
    next: 'Copy it once more; a character may be missing.',
  },
  virtual_key_unknown: {
    text: 'This virtual key does not exist or has been revoked.',
    next: 'Create a new one on the page Virtual keys.',
  },
  virtual_key_expired: {
    text: 'This virtual key has expired.',
    next: 'Extend it, or create a new one on the page Virtual keys.',
  },
  budget_exceeded: {
    text: 'The budget is used up.',
    next: 'Raise it, top it up, or wait until it starts again.',
  },
  ip_not_allowed: {
    text: 'This virtual key may not be used from this address.',
    next: 'Ask its owner to add the address to its list.',
  },
  model_not_allowed: {
    text: 'This virtual key may not use this model.',
    next: 'Choose another model, or ask an owner to add this one.',
  },
  model_unpriced: {
    text: 'No price is known for this model, and this virtual key refuses such models.',
    next: 'Enter a price first, or allow models without a price.',
  },
  endpoint_refused: {
    text: 'The gateway does not pass this call on, because its cost cannot be counted.',
    next: 'Use one of the calls that are metered; the guide lists them.',
  },
  upgrade_refused: { text: 'WebSockets are not offered here.', next: 'Use plain HTTPS with streaming.' },
  endpoint_unknown: {
    text: 'The gateway knows no such address.',
    next: 'Check the base URL; other paths of a provider go through /proxy/{provider}/….',
  },
  model_not_found: {
    text: 'No key here offers this model.',
    next: 'Check its name, or write it as provider/model.',
  },
  response_not_found: {
    text: 'This virtual key made no response with this id.',
    next: 'Start a new conversation.',
  },
  model_missing: { text: 'The call names no model.', next: 'Choose a model and try again.' },
  gateway_body_invalid: { text: 'The call could not be read.', next: 'Send valid JSON.' },
  requests_limit: {
    text: 'This virtual key has made as many requests as it may in a minute.',
    next: 'Wait a moment, or raise its limit.',
  },
  tokens_limit: {
    text: 'This virtual key has used as many tokens as it may in a minute.',
    next: 'Wait a moment, or raise its limit.',
  },
  concurrency_limit: {
    text: 'This virtual key has as many calls running as it may.',
    next: 'Wait for one to end, or raise its limit.',
  },
  budget_reserved: {
    text: 'What is left of the budget is reserved by calls that are running.',
    next: 'Try again in a moment.',
  },
  upstream_key_refused: {
    text: 'The provider refuses the key behind this call.',
    next: 'Test the key on the page Keys, and replace it if it is invalid.',
  },
  upstream_unreachable: { text: 'The provider could not be reached.', next: 'Try again in a moment.' },
  upstream_timeout: { text: 'The provider did not answer in time.', next: 'Try again in a moment.' },
  no_key_available: {
    text: 'Every key that could serve this call rests after failures.',
    next: 'Try again in a moment, or test the keys on the page Keys.',
  },
  journal_unavailable: {
    text: 'Usage cannot be recorded now, so no call is made.',
    next: 'An administrator must free space on the disk of the data folder.',
  },
  internal: { text: 'Something failed on our side.', next: 'Nothing was lost. Try again, or report the request id.' },
  credential_unreadable: {
    text: 'The stored secret cannot be decrypted.',
    next: 'Enter it again, or restore the encryption key it was sealed with.',
  },
  unavailable: { text: 'The service cannot do this right now.', next: 'Try again in a moment.' },
} as const satisfies Record<ErrorCode | 'offline', { text: string; next: string }>;
