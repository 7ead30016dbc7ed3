/** The one table of error codes. `message` is the sentence a person sees when no more precise one is given. */
export const errors = {
  malformed_json: { status: 400, message: 'The request body is not valid JSON. Check quotes, commas and braces.' },
  invalid_request: { status: 400, message: 'The request could not be read as HTTP. Check the headers and the body.' },
  not_signed_in: { status: 401, message: 'Sign in first.' },
  sign_in_failed: { status: 401, message: 'E-mail or password is wrong.' },
  wrong_password: { status: 403, message: 'The current password is wrong.' },
  fresh_sign_in_needed: { status: 403, message: 'Confirm your password to go on. It stays confirmed for ten minutes.' },
  cross_site: {
    status: 403,
    message: 'This change came from another site and was refused. Open the dashboard itself.',
  },
  foreign_host: {
    status: 421,
    message:
      'This server does not go by that name. Open it by http://localhost, or set PUBLIC_URL to the address you use.',
  },
  not_a_page: {
    status: 403,
    message: 'This address is part of the API and is not a page. Open the dashboard instead.',
  },
  totp_needed: { status: 401, message: 'Enter the six-digit code of your authenticator app, or a recovery code.' },
  totp_wrong: { status: 401, message: 'This code is wrong or was used before. Wait for the next one and try again.' },
  passkey_refused: { status: 401, message: 'This passkey was not accepted. Try again, or sign in with your password.' },
  passkeys_need_address: {
    status: 409,
    message: 'Passkeys need an address with a name: open http://localhost here, or have PUBLIC_URL set.',
  },
  two_factor_needed: {
    status: 403,
    message: 'This workspace asks for a second factor. Set one up under Security, then come back.',
  },
  sso_failed: {
    status: 401,
    message: 'Signing in through your organisation failed. Start again from the sign-in page.',
  },
  sso_not_linked: {
    status: 403,
    message: 'An account with this e-mail exists. Sign in to it and connect your organisation under Security.',
  },
  sso_not_set_up: { status: 404, message: 'Signing in through an organisation is not set up here.' },
  sso_provider_refused: { status: 422, message: 'The provider at this address cannot be used. See details.' },
  identity_taken: { status: 409, message: 'This identity is connected to another account here.' },
  last_way_in: {
    status: 409,
    message: 'This is the last way into your account. Choose a password or add a passkey first.',
  },
  account_disabled: { status: 403, message: 'This account is disabled. Ask an administrator.' },
  sign_up_closed: { status: 403, message: 'Registration is closed here. Ask an administrator for an account.' },
  setup_token_needed: {
    status: 403,
    message: 'The first account needs the set-up token that the server printed when it started.',
  },
  forbidden: { status: 403, message: 'Your role in this workspace does not allow this. Ask an owner.' },
  not_found: { status: 404, message: 'Nothing here by that name, or you may not see it.' },
  method_not_allowed: { status: 405, message: 'This address does not take that method.' },
  request_timeout: { status: 408, message: 'The request did not arrive in time. Send it again.' },
  email_taken: { status: 409, message: 'An account with this e-mail exists. Sign in instead.' },
  conflict: { status: 409, message: 'Somebody changed this in the meantime. Reload and try again.' },
  not_in_trash: { status: 409, message: 'Only something in the trash can be deleted for good. Move it there first.' },
  custom_provider_in_use: { status: 409, message: 'Keys still use this provider. Move or delete them first.' },
  virtual_key_revoked: { status: 409, message: 'This virtual key is revoked for good. Create a new one.' },
  too_many_objects: {
    status: 409,
    message: 'This workspace has as many of these as it may have. Delete some that are not needed first.',
  },
  last_owner: { status: 409, message: 'A workspace keeps at least one owner. Make somebody else an owner first.' },
  last_administrator: {
    status: 409,
    message: 'The instance keeps at least one administrator. Make somebody else one first.',
  },
  personal_workspace: { status: 409, message: 'A personal workspace has no members. Create a team workspace.' },
  already_member: { status: 409, message: 'This person is a member of the workspace already.' },
  name_taken: { status: 409, message: 'Something here has this name already. Choose another one.' },
  invitation_for_another: {
    status: 403,
    message: 'This invitation is for another e-mail address. Sign in with the account that has it.',
  },
  second_factor_missing: {
    status: 409,
    message: 'Set up a second factor for your own account first, or you would shut yourself out.',
  },
  link_used: { status: 410, message: 'This link was used, has expired or was withdrawn. Ask for a new one.' },
  mail_not_set_up: { status: 409, message: 'No mail server is set up here. Ask an administrator.' },
  mail_failed: { status: 502, message: 'The mail server did not take the message. See details.' },
  passphrase_wrong: {
    status: 403,
    message: 'This link asks for a passphrase, and this is not the right one. After five wrong ones it ends for good.',
  },
  share_links_off: { status: 403, message: 'One-time links are switched off in this workspace.' },
  body_too_large: { status: 413, message: 'The request body is larger than this address accepts.' },
  unsupported_media_type: { status: 415, message: 'Send the body as application/json.' },
  invalid_input: { status: 422, message: 'Some fields are not right. See details.' },
  unknown_provider: { status: 422, message: 'No provider has this id. GET /api/keys/providers lists them.' },
  base_url_needed: { status: 422, message: 'This provider has no fixed host. Give the base URL of your resource.' },
  base_url_refused: { status: 422, message: 'This base URL may not be used. See details.' },
  secret_needed: {
    status: 422,
    message: 'The host changes, so give the secret again. It is never sent to a new host on its own.',
  },
  time_zone_unknown: { status: 422, message: 'No time zone has this name. Use one such as Asia/Shanghai or UTC.' },
  unknown_key: { status: 422, message: 'One of these keys does not exist here, or you may not use it.' },
  unknown_subject: { status: 422, message: 'This person, group or program is not in this workspace.' },
  webhook_refused: { status: 422, message: 'This webhook address may not be used. See details.' },
  weak_password: { status: 422, message: 'Choose a longer or less common password: at least 12 characters.' },
  too_many_attempts: { status: 429, message: 'Too many attempts. Wait a little and try again.' },
  headers_too_large: {
    status: 431,
    message:
      'The request headers are larger than this server accepts. Clear the cookies of this site, or send fewer headers.',
  },
  virtual_key_missing: {
    status: 401,
    message: 'Send a virtual key: as `Authorization: Bearer sk-akm-...`, `x-api-key` or `x-goog-api-key`.',
  },
  virtual_key_malformed: {
    status: 401,
    message: 'This is not a virtual key of this server: its form or its check digits are wrong. Copy it again.',
  },
  virtual_key_unknown: {
    status: 401,
    message: 'This virtual key does not exist or has been revoked. Create a new one in the dashboard.',
  },
  virtual_key_expired: {
    status: 401,
    message: 'This virtual key has expired. Extend it or create a new one in the dashboard.',
  },
  budget_exceeded: { status: 402, message: 'The budget is used up. Raise it, or wait until it starts again.' },
  ip_not_allowed: { status: 403, message: 'This virtual key may not be used from this address.' },
  model_not_allowed: { status: 403, message: 'This virtual key may not use this model. Ask an owner to add it.' },
  model_unpriced: {
    status: 403,
    message: 'No price is known for this model, and this virtual key refuses such models. Enter a price first.',
  },
  endpoint_refused: {
    status: 403,
    message: 'The gateway does not pass this call on, because what it costs cannot be counted.',
  },
  upgrade_refused: { status: 426, message: 'WebSockets are not offered here. Use plain HTTPS with streaming.' },
  endpoint_unknown: {
    status: 404,
    message: 'The gateway knows no such address. Other paths of a provider go through /proxy/{provider}/...',
  },
  model_not_found: {
    status: 404,
    message: 'No key of this virtual key offers this model. Check its name, or write it as provider/model.',
  },
  response_not_found: { status: 404, message: 'This virtual key made no response with this id.' },
  model_missing: { status: 400, message: 'The request names no model.' },
  gateway_body_invalid: { status: 400, message: 'The request body cannot be read. Send valid JSON.' },
  requests_limit: { status: 429, message: 'This virtual key has made as many requests as it may in a minute.' },
  tokens_limit: { status: 429, message: 'This virtual key has used as many tokens as it may in a minute.' },
  concurrency_limit: { status: 429, message: 'This virtual key has as many calls running as it may.' },
  budget_reserved: {
    status: 429,
    message: 'What is left of the budget is reserved by calls that are running. Try again in a moment.',
  },
  upstream_key_refused: {
    status: 502,
    message: 'The provider refuses the key behind this virtual key. Ask an owner to test or replace it.',
  },
  upstream_unreachable: { status: 502, message: 'The provider could not be reached. Try again in a moment.' },
  upstream_timeout: { status: 504, message: 'The provider did not answer in time. Try again in a moment.' },
  no_key_available: {
    status: 503,
    message: 'Every key that could serve this call is resting after failures. Try again in a moment.',
  },
  journal_unavailable: {
    status: 503,
    message: 'Usage cannot be recorded now, so no call is made. Free space on the disk of DATA_DIR.',
  },
  internal: { status: 500, message: 'Something failed on our side. Nothing was lost; report the request id.' },
  credential_unreadable: {
    status: 500,
    message: 'The stored secret cannot be decrypted. Enter it again, or restore the encryption key it was sealed with.',
  },
  unavailable: { status: 503, message: 'The service cannot do this right now. Try again in a moment.' },
} as const satisfies Record<string, { status: number; message: string }>;

export type ErrorCode = keyof typeof errors;

/** What every refusal looks like on the wire. */
export interface ErrorBody {
  error: { code: ErrorCode; message: string; details?: unknown };
}
