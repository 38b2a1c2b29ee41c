import { signalLike } from '../context/index.ts';
import {
  anyOf,
  boolean,
  type Check,
  integer,
  type OptionsSite,
  object,
  oneOf,
  orFalse,
  readOptions,
  readSafely,
  text,
} from '../kernel/index.ts';
import type { TimeoutOptions } from '../resilience/index.ts';
import type { HeadersOption } from './headers.ts';
import type { ClientRetryOptions } from './options.ts';
import type { BodyOption } from './request-body.ts';
import type { UpstreamErrors } from './upstream-errors.ts';
import type { PathParams, Query } from './url.ts';

/** Options of one call. */
export interface CallOptions<Params extends object = PathParams, QueryParams extends object = Query> {
  /** Values for the `:name` segments of the path; each is encoded, and has its segment. */
  readonly params?: Params | undefined;
  /** Query parameters, added to those in the path: an object with a key for each, no URLSearchParams. */
  readonly query?: QueryParams | undefined;
  /** Headers; they win over the client's. */
  readonly headers?: HeadersOption | undefined;
  /** Body, sent as JSON. */
  readonly json?: unknown;
  /**
   * Body, sent as it is: a value, or a function that makes one for each attempt. A stream is sent as it comes, and never
   * again.
   */
  readonly body?: BodyOption | undefined;
  /**
   * Key by which the server knows a request that it has had already; with one, every method may be retried. `true` mints
   * one for the call. Sent as `Idempotency-Key`, the same with each attempt, to no other host that a redirect names.
   *
   * @default none
   * @see https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-idempotency-key-header
   */
  readonly idempotencyKey?: string | true | undefined;
  /** The most redirects that are followed, 0 for none. @default the client's */
  readonly maxRedirects?: number | undefined;
  /** Gives the call up; it rejects with the signal's own reason. */
  readonly signal?: AbortSignal | undefined;
  /** This call's limits. @default the client's */
  readonly timeout?: TimeoutOptions | false | undefined;
  /** This call's retries; the budget stays the client's. @default the client's */
  readonly retry?: ClientRetryOptions | false | undefined;
  /** `false` leaves the cache out of this call. @default the client's */
  readonly cache?: false | undefined;
  /** @default the client's */
  readonly throwOnStatus?: boolean | undefined;
  /**
   * Hands the body of an answer below 300 over as it comes, as `answer.stream`, instead of reading it first: timeout,
   * retry and breaker see the headers only. @default false
   */
  readonly stream?: boolean | undefined;
  /** The most bytes of the body; a stream is bounded only where this is written. @default the client's */
  readonly maxBodyBytes?: number | undefined;
  /** Go before the client's. */
  readonly upstreamErrors?: UpstreamErrors | undefined;
}

/** Options of any call, whatever types its parameters have: their values are tested as they are written into the URL. */
export type AnyCallOptions = CallOptions<object, object>;

const anything: Check = { expects: 'anything', type: () => true };

const checks = {
  params: object,
  // Tested apart: a text in this place may hold anything.
  query: anything,
  // Tested apart: a text in this place is often a credential.
  headers: anything,
  json: anything,
  body: anything,
  // Tested apart: it is not repeated.
  idempotencyKey: {
    expects: 'a text, or true',
    type: (value: unknown) => value === true || text.type(value),
  },
  maxRedirects: integer(0, 100),
  signal: signalLike,
  timeout: orFalse(object),
  retry: orFalse(object),
  cache: { expects: 'false', type: (value: unknown) => value === false },
  throwOnStatus: boolean,
  stream: boolean,
  maxBodyBytes: integer(1),
  upstreamErrors: anyOf(oneOf('unavailable'), object),
};

/**
 * Refuses what has no key for each parameter: all that such an object holds would be left out silently.
 *
 * @throws TypeError
 */
const checkQuery = ({ where }: OptionsSite, query: unknown): void => {
  if (object.type(query) && readSafely(query, Symbol.iterator) === undefined) return;
  const kinds = 'a text, URLSearchParams, Map or list';
  throw new TypeError(
    `${where}: option "query" must be an object with one key for each parameter, not ${kinds}`,
  );
};

const NONE: AnyCallOptions = Object.freeze({});

const isGood = (key: string, value: unknown): boolean => {
  // Its own key, as was just seen.
  const check: Check | undefined = Object.hasOwn(checks, key)
    ? checks[key as keyof typeof checks]
    : undefined;
  return (
    check !== undefined &&
    (value === undefined || (check.type(value) && (check.range === undefined || check.range(value))))
  );
};

/**
 * A copy of options that are a plain object and good, as they are in every call of a finished app; `undefined` for others.
 * To look at what was written, not at what could be, is 3 µs less per call on Node 24.
 */
const copyGood = (given: unknown): AnyCallOptions | undefined => {
  if (typeof given !== 'object' || given === null || Object.getPrototypeOf(given) !== Object.prototype)
    return undefined;
  const copy: Record<string, unknown> = { ...given };
  for (const key of Object.keys(copy)) if (!isGood(key, copy[key])) return undefined;
  return copy;
};

/**
 * Copies and checks the options of a call.
 *
 * @throws TypeError or RangeError naming what is wrong
 */
export const readCallOptions = (site: OptionsSite, given: unknown): AnyCallOptions => {
  // Most likely a body or a query, which may hold anything: it is not repeated.
  if (typeof given === 'string')
    throw new TypeError(`${site.where}: the options of a call must be an object, but were a text`);
  const options = copyGood(given) ?? readOptions<AnyCallOptions>(site, given, NONE, checks);
  if (options.query !== undefined) checkQuery(site, options.query);
  return options;
};
