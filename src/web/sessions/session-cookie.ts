let isKnownAbsent = document.querySelector<HTMLMetaElement>('meta[name="session-cookie"]')?.content === 'no';

/** True when the server said, as it served the page, that no session cookie came with it. Saves a call that must fail. */
export function hasNoSessionCookie(): boolean {
  return isKnownAbsent;
}

export function noteSignedIn(): void {
  isKnownAbsent = false;
}

export function noteSignedOut(): void {
  isKnownAbsent = true;
}
