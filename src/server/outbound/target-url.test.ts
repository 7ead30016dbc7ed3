import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { describe, expect, it } from 'vitest';
import { createAddressPolicy } from './address-policy.ts';
import { OutboundError } from './outbound-error.ts';
import { parseTargetUrl } from './target-url.ts';

/** 'allowed', or the code of the refusal. */
function verdictOf(url: string, allowPrivate: readonly string[] = []): string {
  try {
    parseTargetUrl(url, createAddressPolicy(allowPrivate));
    return 'allowed';
  } catch (error) {
    return error instanceof OutboundError ? error.code : `not an OutboundError: ${String(error)}`;
  }
}

const FORBIDDEN_HOSTS = [
  // loopback, unspecified, private, shared, link-local
  '127.0.0.1',
  '127.255.255.254',
  '0.0.0.0',
  '0.1.2.3',
  '10.0.0.1',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '100.64.0.1',
  '169.254.1.1',
  // metadata
  '169.254.169.254',
  '169.254.170.2',
  '100.100.100.200',
  '192.0.0.192',
  '168.63.129.16',
  '[fd00:ec2::254]',
  '[fd20:ce::254]',
  'metadata.google.internal',
  'instance-data',
  // documentation, benchmarking, reserved, multicast, broadcast
  '192.0.2.1',
  '198.51.100.1',
  '203.0.113.1',
  '198.18.0.1',
  '198.19.255.255',
  '192.0.0.1',
  '192.88.99.1',
  '240.0.0.1',
  '224.0.0.1',
  '255.255.255.255',
  // IPv6 of its own kinds
  '[::]',
  '[::1]',
  '[fe80::1]',
  '[fec0::1]',
  '[fc00::1]',
  '[fd12:3456::1]',
  '[ff02::1]',
  '[2001:db8::1]',
  '[3fff::1]',
  '[2001:2::1]',
  '[100::1]',
  '[4000::1]',
  // IPv4 inside IPv6: mapped, compatible, translated, NAT64, 6to4, Teredo, also with a public address inside
  '[::ffff:127.0.0.1]',
  '[::ffff:169.254.169.254]',
  '[::ffff:8.8.8.8]',
  '[::7f00:1]',
  '[::ffff:0:10.0.0.1]',
  '[64:ff9b::10.0.0.1]',
  '[64:ff9b:1::10.0.0.1]',
  '[2002:7f00:1::]',
  '[2002:a9fe:a9fe::1]',
  '[2001:0:4136:e378:8000:63bf:3fff:fdd2]',
  // disguised forms, also of a public address
  '2130706433',
  '0x7f000001',
  '017700000001',
  '0177.0.0.1',
  '0x7f.0.0.1',
  '127.1',
  '127.0.0.1.',
  '134744072',
  '8.8.2056',
  '１２７.0.0.1',
  // names
  'localhost',
  'LOCALHOST',
  'localhost.',
  'api.localhost',
  'localhost.localdomain',
  'ip6-localhost',
  'api.example.com.',
];

describe('what a URL may be', () => {
  it.each(FORBIDDEN_HOSTS)('refuses https://%s/', (host) => {
    expect(verdictOf(`https://${host}/v1`)).toBe('address_forbidden');
    expect(verdictOf(`https://${host}:8443/v1`)).toBe('address_forbidden');
  });

  it.each([
    'https://api.openai.com/v1',
    'https://API.OpenAI.com:8443/v1?page=2',
    'https://8.8.8.8/v1',
    'https://[2606:4700:4700::1111]/v1',
    'https://bücher.example/v1',
    'https://my-resource.openai.azure.com/openai/models?api-version=2024-10-21',
  ])('allows %s', (url) => {
    expect(verdictOf(url)).toBe('allowed');
  });

  it.each([
    ['plain http', 'http://api.openai.com/v1'],
    ['plain http to a public address', 'http://8.8.8.8/'],
    ['another scheme', 'ftp://api.openai.com/'],
    ['a file', 'file:///etc/passwd'],
    ['script', 'javascript:alert(1)'],
    ['data', 'data:text/plain,x'],
    ['no scheme', 'api.openai.com/v1'],
    ['one slash', 'https:/api.openai.com'],
    ['no slash', 'https:api.openai.com'],
    ['nothing', ''],
    ['no host', 'https:///v1'],
    ['a user name', 'https://user@api.openai.com/'],
    ['a password', 'https://user:password@api.openai.com/'],
    ['an empty user name', 'https://@api.openai.com/'],
    ['a host hidden behind a user name', 'https://api.openai.com@10.0.0.1/'],
    ['a backslash', 'https://api.openai.com\\@10.0.0.1/'],
    ['a line break', 'https://api.openai.com/\nv1'],
    ['a tab in the host', 'https://api.open\tai.com/'],
    ['a leading space', ' https://api.openai.com/'],
    ['a fragment', 'https://api.openai.com/#/v1'],
    ['a fragment that ends the host', 'https://api.openai.com#.evil.example/'],
    ['a zone', 'https://[fe80::1%25eth0]/'],
    ['a bad port', 'https://api.openai.com:99999/'],
    ['the port of SMTP', 'https://api.openai.com:25/'],
    ['the port of Redis', 'https://api.openai.com:6379/'],
    ['a number too large for an address', 'https://256.256.256.256/'],
    ['great length', `https://api.openai.com/${'a'.repeat(5000)}`],
  ])('refuses %s', (_name, url) => {
    expect(verdictOf(url)).toBe('url_invalid');
    expect(verdictOf(url, ['ollama.lan'])).toBe('url_invalid');
  });
});

describe('what the operator may name', () => {
  it.each([
    ['127.0.0.1', 'http://127.0.0.1:11434/v1'],
    ['127.0.0.1:11434', 'http://127.0.0.1:11434/v1'],
    ['10.0.0.0/8', 'http://10.1.2.3/v1'],
    ['10.0.0.0/8', 'https://10.1.2.3/v1'],
    ['::1', 'http://[::1]:11434/v1'],
    ['[::1]', 'http://[::1]:11434/v1'],
    ['[::1]:11434', 'http://[::1]:11434/v1'],
    ['::1/128', 'http://[::1]:11434/v1'],
    ['fd00::/8', 'https://[fd12::1]/v1'],
    ['localhost', 'http://localhost:11434/v1'],
    ['localhost:11434', 'http://localhost:11434/v1'],
    // The three names of this computer.
    ['127.0.0.1', 'http://[::1]:11434/v1'],
    ['127.0.0.1', 'http://localhost:11434/v1'],
    ['localhost:11434', 'http://127.0.0.1:11434/v1'],
    [' Ollama.LAN ', 'http://ollama.lan/v1'],
    ['169.254.169.254', 'http://169.254.169.254/'],
    ['64:ff9b::/96', 'https://[64:ff9b::8.8.8.8]/'],
    ['::ffff:127.0.0.1', 'http://[::ffff:127.0.0.1]/'],
    // Whether this host resolves into the range is decided when the connection is opened.
    ['10.0.0.0/8', 'http://box.lan/v1'],
  ])('%s allows %s', (entry, url) => {
    expect(verdictOf(url, [entry])).toBe('allowed');
  });

  it.each([
    ['127.0.0.1', 'http://127.0.0.2/', 'address_forbidden'],
    ['127.0.0.1:11434', 'http://127.0.0.1:8080/', 'address_forbidden'],
    ['127.0.0.1', 'http://[::ffff:127.0.0.1]/', 'address_forbidden'],
    ['127.0.0.1', 'http://2130706433/', 'address_forbidden'],
    ['localhost', 'http://api.localhost/', 'address_forbidden'],
    ['localhost:11434', 'http://localhost:8080/', 'address_forbidden'],
    ['10.0.0.0/8', 'https://11.0.0.1:25/', 'url_invalid'],
    ['10.0.0.0/8', 'http://11.0.0.1/', 'url_invalid'],
    ['169.254.0.0/16', 'http://169.254.169.254/', 'address_forbidden'],
    ['0.0.0.0/0', 'http://100.100.100.200/', 'address_forbidden'],
    ['::/0', 'https://[fd00:ec2::254]/', 'address_forbidden'],
    ['::/0', 'https://[::ffff:169.254.169.254]/', 'address_forbidden'],
    ['64:ff9b::/96', 'https://[64:ff9b::10.0.0.1]/', 'address_forbidden'],
    ['ollama.lan', 'http://other.lan/', 'url_invalid'],
    ['ollama.lan', 'http://evil.ollama.lan/', 'url_invalid'],
  ])('%s does not allow %s', (entry, url, code) => {
    expect(verdictOf(url, [entry])).toBe(code);
  });

  it.each([
    '',
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '10.0.0/8',
    '::1/129',
    '[::1',
    'host:0',
    'host:70000',
    'http://host',
    '*.lan',
    '999.1.1.1',
    '2130706433',
    '0x7f.1',
    'a b',
    '[ollama.lan]',
  ])('the malformed entry %j is an error and not a permission', (entry) => {
    expect(() => createAddressPolicy([entry])).toThrow(/list of allowed private hosts/);
  });
});

const octets = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255));
const groups = fc.array(fc.nat(0xffff), { minLength: 8, maxLength: 8 });

describe('every address', () => {
  it('of IPv4 is allowed only if ipaddr.js calls it unicast', () => {
    fc.assert(
      fc.property(octets, (parts) => {
        const text = parts.join('.');
        const isPublic = ipaddr.IPv4.parse(text).range() === 'unicast' && text !== '168.63.129.16';
        expect(verdictOf(`https://${text}/`)).toBe(isPublic ? 'allowed' : 'address_forbidden');
      }),
      { numRuns: 2000 },
    );
  });

  it('of IPv6 is allowed only if ipaddr.js calls it unicast and it is in the global block', () => {
    // Half of the samples lie in 2000::/3, or nearly none would be allowed.
    const global = groups.map(([first = 0, ...rest]) => [0x2000 | (first & 0x1fff), ...rest]);
    fc.assert(
      fc.property(fc.oneof(groups, global), (parts) => {
        const address = new ipaddr.IPv6(parts);
        const first = parts[0] ?? 0;
        const isGlobal = first >= 0x2000 && first <= 0x3fff;
        const isPublic = address.range() === 'unicast' && isGlobal;
        expect(verdictOf(`https://[${address.toString()}]/`)).toBe(isPublic ? 'allowed' : 'address_forbidden');
      }),
      { numRuns: 2000 },
    );
  });

  it('of IPv4 written in any other way is refused, public or not', () => {
    const hex = (value: number): string => `0x${value.toString(16)}`;
    const octal = (value: number): string => `0${value.toString(8)}`;
    fc.assert(
      fc.property(octets, fc.nat(4), ([a, b, c, d], form) => {
        const whole = a * 0x1000000 + b * 0x10000 + c * 0x100 + d;
        const spellings = [
          String(whole),
          hex(whole),
          `${octal(a)}.${b}.${c}.${d}`,
          `${a}.${b}.${c * 256 + d}`,
          `${a}.${b}.${c}.${d}.`,
        ];
        expect(verdictOf(`https://${spellings[form]}/`)).toBe('address_forbidden');
      }),
    );
  });
});
