const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.|$)){4}$/;

/** Whether text is an IP address or a network such as `10.0.0.0/8`. The server has the last word. */
export function isNetwork(text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/');
  if (rest.length > 0) return false;
  const isV4 = IPV4.test(address) && !address.endsWith('.');
  // The browser's own parser knows IPv6; a zone or a port inside would end the brackets.
  const isV6 = address.includes(':') && /^[0-9a-f:.]+$/i.test(address) && URL.parse(`http://[${address}]/`) !== null;
  if (!isV4 && !isV6) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (isV4 ? 32 : 128));
}
