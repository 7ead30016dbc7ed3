/** The nonce of this page's Content-Security-Policy, written into the page by the server. */
export function cspNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';
}
