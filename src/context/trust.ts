import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';
import { readSafely } from '../kernel/index.ts';

/** A function of the request. Written as a method, so that it may ask for the request of Express. */
type TrustRule = { judge(request: IncomingMessage): boolean }['judge'];

/**
 * Whose ids and trace are adopted: everybody's, nobody's, those of socket peers in a list of IP addresses, blocks
 * (`10.0.0.0/8`) and names of Express (`loopback`, `linklocal`, `uniquelocal`), or what a function says of the request, at
 * once: `true` or `false`.
 */
export type Trust = 'always' | 'never' | readonly string[] | TrustRule;

/** The ranges that Express' option `trust proxy` knows by name. */
const RANGES: ReadonlyMap<unknown, readonly string[]> = new Map([
  ['loopback', ['127.0.0.0/8', '::1']],
  ['linklocal', ['169.254.0.0/16', 'fe80::/10']],
  ['uniquelocal', ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7']],
]);

type Family = 'ipv4' | 'ipv6';

const familyOf = (address: string): Family | undefined => {
  const version = isIP(address);
  if (version === 0) return undefined;
  return version === 4 ? 'ipv4' : 'ipv6';
};

const CIDR = /^([0-9a-fA-F:.]+)(?:\/(\d{1,3}))?$/;

const readCidr = (cidr: string): { address: string; family: Family; prefix: number } | undefined => {
  const [, address = '', written] = CIDR.exec(cidr) ?? [];
  const family = familyOf(address);
  if (family === undefined) return undefined;
  const longest = family === 'ipv4' ? 32 : 128;
  const prefix = written === undefined ? longest : Number(written);
  return prefix <= longest ? { address, family, prefix } : undefined;
};

/** Whether `value` is an IP address, a block of them as `10.0.0.0/8`, or the name of some. */
export const isPeer = (value: unknown): boolean =>
  RANGES.has(value) || (typeof value === 'string' && readCidr(value) !== undefined);

/** What the app's own function says: at once, since whoever waits for it would serve the request without its ids. */
const askRule = (rule: (request: IncomingMessage) => unknown, request: IncomingMessage): boolean => {
  const answer = rule(request);
  if (typeof readSafely(answer, 'then') !== 'function') return answer === true;
  // What it comes to is of no use any more; unheard, a rejection would end the process.
  Promise.resolve(answer).catch(() => undefined);
  throw new TypeError(
    'requestContext: option "trust" must answer true or false at once, but answered with a promise',
  );
};

/**
 * Whether the caller of a request may choose its ids. Throws what the app's own function throws, and a TypeError if that
 * answers with a promise.
 */
export const createTrust = (trust: Trust): ((request: IncomingMessage) => boolean) => {
  if (trust === 'always') return () => true;
  if (trust === 'never') return () => false;
  if (typeof trust === 'function') return (request) => askRule(trust, request);
  const peers = new BlockList();
  for (const cidr of trust.flatMap((each) => RANGES.get(each) ?? each)) {
    const block = readCidr(cidr);
    if (block !== undefined) peers.addSubnet(block.address, block.prefix, block.family);
  }
  return (request) => {
    // The peer of the socket, never a header: X-Forwarded-For is the client's own word.
    const address = request.socket?.remoteAddress;
    const family = address === undefined ? undefined : familyOf(address);
    return address !== undefined && family !== undefined && peers.check(address, family);
  };
};
