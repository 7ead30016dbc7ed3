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
  too_many_objects: {
    status: 409,
    message: 'This workspace has as many of these as it may have. Delete some that are not needed first.',
  },
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
  weak_password: { status: 422, message: 'Choose a longer or less common password: at least 12 characters.' },
  too_many_attempts: { status: 429, message: 'Too many attempts. Wait a little and try again.' },
  headers_too_large: {
    status: 431,
    message:
      'The request headers are larger than this server accepts. Clear the cookies of this site, or send fewer headers.',
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
