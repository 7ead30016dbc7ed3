/**
 * The token of an invitation waits here while somebody signs in or registers, which may lead over another site. It is gone
 * with the tab, and as soon as the invitation is accepted or found used.
 */
const STORAGE_NAME = 'akm.invitation';

/** Takes the token out of the address, so that it stays neither in the history nor on a screen that others see. */
export function takeInvitationToken(): string | null {
  const { pathname, search, hash } = window.location;
  if (hash.length > 1) {
    sessionStorage.setItem(STORAGE_NAME, hash.slice(1));
    window.history.replaceState(window.history.state, '', pathname + search);
  }
  return waitingInvitation();
}

export function waitingInvitation(): string | null {
  return sessionStorage.getItem(STORAGE_NAME);
}

export function forgetInvitation(): void {
  sessionStorage.removeItem(STORAGE_NAME);
}
