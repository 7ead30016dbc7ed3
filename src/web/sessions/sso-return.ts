import { api } from '../api.ts';

/** Where the person goes when the organisation has answered; the way there leads over another site. */
const STORAGE_NAME = 'akm.sso-return';

/** Leaves for the organisation. Rejects as the call does; resolves while the browser is on its way. */
export async function startSso(
  name: 'POST /api/sso/start' | 'POST /api/me/sso/link' | 'POST /api/me/sso/confirm',
  returnTo: string,
): Promise<void> {
  const { url } = await api(name);
  sessionStorage.setItem(STORAGE_NAME, returnTo);
  window.location.assign(url);
  // The page is about to go: whatever waits for this stays busy until then.
  await new Promise(() => undefined);
}

/** Takes the address to go on to; a path of this site, because nothing else was put there. */
export function takeSsoReturn(): string {
  const address = sessionStorage.getItem(STORAGE_NAME);
  sessionStorage.removeItem(STORAGE_NAME);
  return address?.startsWith('/') === true && !address.startsWith('//') ? address : '/';
}
