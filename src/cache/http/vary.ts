import { type HeaderFields, tokensOf } from './fields.ts';
import type { RequestFields } from './request-rules.ts';

/** Names of the request headers that an answer depends on, in lower case; `undefined` where nobody can tell (`*`). */
export const varyOf = (headers: HeaderFields): readonly string[] | undefined => {
  const names = tokensOf(headers, 'vary');
  return names.includes('*') ? undefined : [...new Set(names)].sort();
};

/** What two requests have in common that mean the same: white space around the members of a list says nothing, that within quotes does. */
const normalise = (value: string): string =>
  (value.includes('"') ? [value] : value.split(',')).map((member) => member.trim()).join(',');

/** The value of a request header as variants compare it; one that is not there is like no other. */
export const selectorOf = (headers: RequestFields, name: string): string => {
  // An origin may name anything, `constructor` too.
  const value = Object.hasOwn(headers, name) ? headers[name] : undefined;
  return value === undefined ? '-' : `=${normalise(value)}`;
};

/** Stands for all request headers that may say who asks, where an answer does not say which ones it depends on. */
export const ALL_TELLING = '*';

/**
 * The request headers that an answer depends on. An origin that says anything of caching is taken at its word; of one that
 * says nothing, nobody knows whether it looked at a header of its own, so that whatever may tell callers apart counts.
 *
 * @param isStrict whether `Vary` alone counts, as HTTP has it
 */
export const selectorsOf = (headers: HeaderFields, isStrict: boolean): readonly string[] | undefined => {
  const names = varyOf(headers);
  const isSilent = ['cache-control', 'expires', 'vary'].every((name) => headers[name] === undefined);
  return isSilent && !isStrict ? [ALL_TELLING] : names;
};
