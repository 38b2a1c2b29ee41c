import { isCredentialHeader, isIdentityHeader } from '../partition.ts';
import type { RequestFields } from './request-rules.ts';

/** Whom a cache serves. */
export type CacheMode = 'partitioned' | 'shared' | 'private';

/** What tells callers apart. */
export interface WhoseSetup {
  readonly mode: CacheMode;
  /** Names of further headers that tell callers apart, in lower case. */
  readonly partitionBy: readonly string[];
}

/** Whose an answer is. */
export interface Whose {
  /** What the request says of its caller, as texts; none for one that says nothing. */
  readonly marks: readonly string[];
  /** Whether the rules for a cache that serves many hold. */
  readonly isShared: boolean;
}

/**
 * Whose the answer to a request is. A cache of one's own is for who proves who it is; who is only named, by a header, a
 * tenant or what the app chose, gets what nobody else gets, by the rules for a cache that serves many. In the mode `shared`
 * HTTP's own rule is for `Authorization` (RFC 9111 §3.5), and all else that tells callers apart still does.
 *
 * @param tenant what the app says of it
 */
export const whoseOf = (headers: RequestFields, tenant: string | undefined, setup: WhoseSetup): Whose => {
  const { mode, partitionBy } = setup;
  const names = Object.keys(headers)
    .filter((name) => isIdentityHeader(name) || partitionBy.includes(name))
    .filter((name) => mode !== 'shared' || name !== 'authorization')
    .sort();
  const marks = names.map((name) => `${name}:${headers[name]}`);
  if (tenant !== undefined) marks.push(`tenant ${tenant}`);
  const isShared = mode === 'shared' || (mode === 'partitioned' && !names.some(isCredentialHeader));
  return { marks, isShared };
};
