import { isIP } from 'node:net';
import type { OptionsSite } from '../../kernel/index.ts';
import type { AccessPrivacyOptions } from './options.ts';
import { createPseudonym } from './pseudonym.ts';

/** An address as a line says it; nothing for what is no address. */
export type PrintIp = (address: unknown) => string | undefined;

const asItIs = (address: string): string => address;
const MAPPED = /^::ffff:([\da-f]{1,4}):([\da-f]{1,4})$/;
// What proxies write: `203.0.113.7:4711`, `[2001:db8::1]:4711`. A zone names an interface of ours.
const WITH_PORT = /^\[([\da-f:.]+)(?:%[^\]]*)?\](?::\d{1,5})?$|^(\d{1,3}(?:\.\d{1,3}){3}):\d{1,5}$/i;
const MAX_LENGTH = 128;
const MAX_PRINTED = 1_000;

/** The one way to write an IPv6 address, RFC 5952 §4; the parser of URLs writes it so. */
const canonical = (address: string): string => new URL(`http://[${address}]/`).hostname.slice(1, -1);

const dotted = (high: string, low: string): string => {
  const bits = Number.parseInt(high, 16) * 65_536 + Number.parseInt(low, 16);
  return [24, 16, 8, 0].map((shift) => (bits >>> shift) & 255).join('.');
};

/** An address of either family in its one form; IPv4 behind a socket of IPv6 (`::ffff:192.0.2.1`) is IPv4. */
export const readIp = (given: unknown): string | undefined => {
  if (typeof given !== 'string' || given.length > MAX_LENGTH) return undefined;
  const [, v6, v4] = WITH_PORT.exec(given) ?? [];
  const [address = ''] = (v6 ?? v4 ?? given).split('%');
  const version = isIP(address);
  if (version === 0) return undefined;
  if (version === 4) return address;
  const written = canonical(address);
  const [, high, low] = MAPPED.exec(written) ?? [];
  return high === undefined || low === undefined ? written : dotted(high, low);
};

const groupsOf = (address: string): readonly string[] => {
  const [left = '', right = ''] = address.split('::');
  const [before, after] = [left, right].map((part) => part.split(':').filter((group) => group !== ''));
  const written = [...(before ?? []), ...(after ?? [])];
  return [...(before ?? []), ...Array(8 - written.length).fill('0'), ...(after ?? [])];
};

/** The network of an address: /24 of IPv4, /48 of IPv6, whose hosts are left out. */
export const truncateIp = (address: string): string => {
  if (isIP(address) === 4) return address.replace(/\d+$/, '0');
  const [first = '0', second = '0', third = '0'] = groupsOf(address);
  // 6to4, RFC 3056: the 32 bits behind the first 16 are a whole IPv4 address, of which the last 8 go as well.
  const kept = first === '2002' ? (Number.parseInt(third, 16) & 0xff00).toString(16) : third;
  return canonical(`${first}:${second}:${kept}::`);
};

/**
 * How addresses are printed.
 *
 * @throws TypeError or RangeError for the mode `hmac` without a good key
 */
export const createPrintIp = (site: OptionsSite, { ip, hmac }: AccessPrivacyOptions): PrintIp => {
  const pseudonym = ip === 'hmac' || hmac !== undefined ? createPseudonym(site, hmac) : asItIs;
  if (ip === 'off') return () => undefined;
  const print = ip === 'hmac' ? pseudonym : ip === 'plain' ? asItIs : truncateIp;
  // A client asks again, and reading and printing its address costs 3 µs, a keyed hash more.
  const printed = new Map<unknown, string | undefined>();
  return (given) => {
    const known = printed.get(given);
    if (known !== undefined) return known;
    const address = readIp(given);
    const text = address === undefined ? undefined : print(address);
    if (printed.size >= MAX_PRINTED) printed.clear();
    if (text !== undefined) printed.set(given, text);
    return text;
  };
};
