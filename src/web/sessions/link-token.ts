import { useEffect, useState } from 'react';

/** What stood behind `#` for each page of a link; kept here, out of the address bar and of the history. */
const taken = new Map<string, string>();

/**
 * The token of a link such as `/reset#<token>`, or null. It is taken out of the address at once, so that it stays neither in
 * the history of the browser nor on a screen that others see. Going away from the page and back keeps it; reloading does not.
 */
export function useLinkToken(): string | null {
  const [token, setToken] = useState(takeToken);
  useEffect(() => {
    // A second link of the same page changes nothing but what stands behind `#`.
    const take = () => setToken(takeToken());
    window.addEventListener('hashchange', take);
    return () => window.removeEventListener('hashchange', take);
  }, []);
  return token;
}

function takeToken(): string | null {
  const { pathname, search, hash } = window.location;
  const token = decode(hash.slice(1));
  if (token !== '') {
    taken.set(pathname, token);
    window.history.replaceState(window.history.state, '', pathname + search);
  }
  return taken.get(pathname) ?? null;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}
