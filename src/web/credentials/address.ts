/** Whether text is an absolute http or https address. The server decides which of them may be used. */
export function isHttpAddress(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && (url.protocol === 'https:' || url.protocol === 'http:');
}

/** Whether two addresses have the same scheme, host and port; two empty ones have, too. */
export function sameHost(left: string, right: string): boolean {
  return (URL.parse(left)?.origin ?? '') === (URL.parse(right)?.origin ?? '');
}
