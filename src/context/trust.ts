import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';
import { readSafely } from '../kernel/index.ts';

/**
 * Whose ids and trace are adopted: everybody's, nobody's, those of socket peers in a list of IP addresses and blocks
 * (`10.0.0.0/8`), or what a function says of the request, at once: `true` or `false`.
 */
export type Trust = 'always' | 'never' | readonly string[] | ((request: IncomingMessage) => boolean);

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

/** Whether `value` is an IP address, or a block of them as `10.0.0.0/8`. */
export const isCidr = (value: unknown): boolean => typeof value === 'string' && readCidr(value) !== undefined;

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
  for (const cidr of trust) {
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
