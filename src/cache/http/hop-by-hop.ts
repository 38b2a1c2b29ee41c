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

/**
 * The header fields that are kept: those of the connection, and those that `Connection` lists, are not.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9111#section-3.1
 */
export const endToEnd = (headers: HeaderFields): HeaderFields => {
  const left = new Set([...HOP_BY_HOP, ...tokensOf(headers, 'connection')]);
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !left.has(name)));
};
