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
