import { type HeaderFields, tokensOf } from './fields.ts';

const HOP_BY_HOP: readonly string[] = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authentication-info',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

/** What says how far an answer may be used: nobody's connection has a say in it (RFC 9110 §7.6.1). */
const OF_THE_CACHE: readonly string[] = ['age', 'cache-control', 'date', 'expires', 'vary'];

/**
 * The header fields that are kept: those of the connection, and those that `Connection` lists, are not.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9111#section-3.1
 */
export const endToEnd = (headers: HeaderFields): HeaderFields => {
  const listed = tokensOf(headers, 'connection').filter((name) => !OF_THE_CACHE.includes(name));
  const left = new Set([...HOP_BY_HOP, ...listed]);
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !left.has(name)));
};
