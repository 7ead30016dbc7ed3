import ipaddr from 'ipaddr.js';

export type AddressMatcher = (ip: string) => boolean;

/** Whether an address is in one of the networks; null allows every address. An IPv4 address within IPv6 counts as IPv4. */
export function matchAddresses(networks: readonly string[] | null): AddressMatcher {
  if (networks === null) return () => true;
  const ranges = networks.map((text) => {
    if (text.includes('/')) return ipaddr.parseCIDR(text);
    const address = ipaddr.process(text);
    return [address, address.kind() === 'ipv4' ? 32 : 128] as const;
  });
  return (ip) => {
    if (!ipaddr.isValid(ip)) return false;
    const address = ipaddr.process(ip);
    return ranges.some(([network, bits]) => address.kind() === network.kind() && address.match(network, bits));
  };
}
