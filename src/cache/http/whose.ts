import { isCredentialHeader, isIdentityHeader } from '../partition.ts';
import type { RequestFields } from './request-rules.ts';

/** Whom a cache serves. */
export type CacheMode = 'partitioned' | 'shared' | 'private';

/** What tells callers apart. */
export interface WhoseSetup {
  readonly mode: CacheMode;
  /** Names of further headers that tell callers apart, in lower case. */
  readonly partitionBy: readonly string[];
  /** Whether a request header, its name in lower case, differs with each request: an id, a trace. */
  readonly isTransient: (name: string) => boolean;
}

/** Who asks. */
export interface Caller {
  /** Names in lower case. */
  readonly headers: RequestFields;
  /** What the app says of whose it is. */
  readonly tenant: string | undefined;
  /** What else tells callers apart. */
  readonly marks: readonly string[];
}

/** Whose an answer is. */
export interface Whose {
  /** What the request says of its caller, as texts; none for one that says nothing. */
  readonly marks: readonly string[];
  /** Whether the rules for a cache that serves many hold. */
  readonly isShared: boolean;
}

/**
 * Whose the answer to a request is: told by the headers that look as if they told callers apart, those that the app chose,
 * and its own word. A cache of one's own is for who proves who it is; who is only named gets what nobody else gets, by the
 * rules for a cache that serves many. In the mode `shared` HTTP's own rule is for `Authorization` (RFC 9111 §3.5).
 */
export const whoseOf = (
  { headers, tenant, marks: told }: Caller,
  { mode, partitionBy, isTransient }: WhoseSetup,
): Whose => {
  const names = Object.keys(headers)
    .filter((name) => partitionBy.includes(name) || (isIdentityHeader(name) && !isTransient(name)))
    .filter((name) => mode !== 'shared' || name !== 'authorization')
    .sort();
  const marks = names.map((name) => `${name}:${headers[name]}`);
  marks.push(...told.map((mark) => `mark ${mark}`));
  if (tenant !== undefined) marks.push(`tenant ${tenant}`);
  const isShared = mode === 'shared' || (mode === 'partitioned' && !names.some(isCredentialHeader));
  return { marks, isShared };
};
