import { type CacheOptions, type CacheSettings, readCacheOptions } from '../cache/index.ts';
import type { EventHub } from '../events/index.ts';
import {
  anyOf,
  arrayOf,
  boolean,
  type Check,
  type Clock,
  durationMs,
  func,
  integer,
  nestedSite,
  type OptionsSite,
  object,
  oneOf,
  orFalse,
  type Random,
  readOptions,
  readSafely,
  rejectOption,
  rejectPair,
  systemClock,
  systemRandom,
  text,
} from '../kernel/index.ts';
import {
  type Resilience,
  type ResilienceOptions,
  type RetryOptions,
  readResilience,
  type TimeoutOptions,
} from '../resilience/index.ts';
import type { Answer } from './answer.ts';
import { type HeadersOption, readHeaders } from './headers.ts';
import { type HostRule, readHost } from './hosts.ts';
import type { ClientRequest } from './request.ts';
import { IDEMPOTENT_METHODS, RETRY_STATUSES } from './rules.ts';
import { readUpstreamErrors, type UpstreamErrors } from './upstream-errors.ts';
import { readBaseUrl } from './url.ts';

/** How long calls may take. */
export interface ClientTimeoutOptions extends TimeoutOptions {
  /** Until a connection stands, TLS included, in milliseconds. @default 1000 */
  readonly connectMs?: number;
}

/** When, how often and how fast failed attempts are made again. */
export interface ClientRetryOptions extends RetryOptions {
  /** Methods that may be repeated. @default GET, HEAD, OPTIONS, PUT, DELETE, TRACE */
  readonly methods?: readonly string[];
  /** Statuses that are worth another attempt. @default 408, 429, 500, 502, 503, 504 */
  readonly statuses?: readonly number[];
}

type ClientResilience = Omit<ResilienceOptions<ClientRequest, Answer, unknown>, 'timeout' | 'retry'>;

/** Options of a client. */
export interface ClientOptions extends ClientResilience {
  /** Name of the dependency, for errors, events and logs. */
  readonly name: string;
  /** Absolute http or https URL that paths are added to. */
  readonly baseUrl: string;
  /** Headers of every call. Credentials among them go to the host of `baseUrl` only. @default none */
  readonly headers?: HeadersOption;
  /** Hosts beside that of `baseUrl` that absolute URLs may name; with a port only where it matters. @default none */
  readonly allowedHosts?: readonly string[];
  /** Hosts beside that of `baseUrl` that get our ids and trace. @default none */
  readonly propagateTo?: readonly string[];
  /** @default 10 s in all, 3 s per attempt, 1 s to connect */
  readonly timeout?: ClientTimeoutOptions | false;
  /** @default 2 retries of idempotent methods, with exponential back-off and a budget */
  readonly retry?: ClientRetryOptions | false;
  /** Last good answers, served when asking again fails. @default false */
  readonly cache?: CacheOptions | false;
  /** Whether an answer of 400 and above is thrown; `false` returns it once retries have ended. @default true */
  readonly throwOnStatus?: boolean;
  /** The most bytes of a body that are read. @default 10_485_760 (10 MiB) */
  readonly maxBodyBytes?: number;
  /** Errors that upstream answers become; `'unavailable'` answers 503 instead of 502. @default none */
  readonly upstreamErrors?: UpstreamErrors;
  /** Told of calls, attempts, circuits, fallbacks and stale answers. @default nobody */
  readonly events?: EventHub;
  /** @default the machine's clock */
  readonly clock?: Clock;
  /** Source of jitter. @default the machine's source */
  readonly random?: Random;
}

/** Which attempts may be repeated. */
export interface RetryRules {
  readonly methods: ReadonlySet<string>;
  readonly statuses: ReadonlySet<number>;
}

/** Client options as a client uses them. Frozen. */
export interface ClientSettings {
  readonly name: string;
  readonly base: URL;
  readonly headers: HeadersOption;
  readonly allowedHosts: readonly HostRule[];
  readonly propagateTo: readonly HostRule[];
  readonly connectMs: number | undefined;
  readonly retryRules: RetryRules;
  readonly resilience: Resilience<ClientRequest, Answer>;
  readonly cache: CacheSettings | undefined;
  readonly throwOnStatus: boolean;
  readonly maxBodyBytes: number;
  readonly upstreamErrors: UpstreamErrors | undefined;
  readonly events: EventHub | undefined;
  readonly clock: Clock;
  readonly random: Random;
}

/** Defaults of the client's own options; those of the policies stand with the policies. */
export const CLIENT_DEFAULTS = Object.freeze({
  headers: Object.freeze({}),
  allowedHosts: Object.freeze([]),
  propagateTo: Object.freeze([]),
  timeout: Object.freeze({ connectMs: 1_000 }),
  retry: Object.freeze({ methods: IDEMPOTENT_METHODS, statuses: RETRY_STATUSES }),
  cache: false,
  throwOnStatus: true,
  maxBodyBytes: 10 * 1024 * 1024,
});

const hosts = arrayOf({
  expects: 'a host name, with a port or without',
  type: (value) => typeof value === 'string',
  range: (value) => readHost(value) !== undefined,
});
const anything: Check = { expects: 'anything', type: () => true };

const checks = {
  name: text,
  // Tested apart: its value must not be repeated in an error.
  baseUrl: anything,
  headers: object,
  allowedHosts: hosts,
  propagateTo: hosts,
  timeout: orFalse(object),
  retry: orFalse(object),
  breaker: anything,
  bulkhead: anything,
  fallback: anything,
  classify: func,
  cache: orFalse(object),
  throwOnStatus: boolean,
  maxBodyBytes: integer(1),
  upstreamErrors: anyOf(oneOf('unavailable'), object),
  events: object,
  clock: object,
  random: func,
};

const retryChecks = {
  methods: arrayOf(text),
  statuses: arrayOf(integer(400, 599)),
};

/** Takes what is HTTP's out of `retry`; the rest is for the policy. */
export const splitRetry = (
  site: OptionsSite,
  given: ClientRetryOptions | false | undefined,
  base: RetryRules,
): { readonly rules: RetryRules; readonly rest: RetryOptions | false | undefined } => {
  if (given === undefined || given === false) return { rules: base, rest: given };
  const { methods, statuses, ...rest } = given;
  const own = readOptions<Pick<ClientRetryOptions, 'methods' | 'statuses'>>(
    nestedSite(site, 'retry'),
    { methods, statuses },
    {},
    retryChecks,
  );
  const rules = Object.freeze({
    methods: own.methods ? new Set(own.methods.map((each) => each.toUpperCase())) : base.methods,
    statuses: own.statuses ? new Set(own.statuses) : base.statuses,
  });
  return { rules, rest };
};

/** Takes the connection's part out of `timeout`; the rest is for the policy. */
const splitTimeout = (
  site: OptionsSite,
  given: ClientTimeoutOptions | false | undefined,
): { readonly connectMs: number | undefined; readonly rest: TimeoutOptions | false | undefined } => {
  if (given === false) return { connectMs: undefined, rest: false };
  const { connectMs: written, ...rest } = given ?? {};
  const inTimeout = nestedSite(site, 'timeout');
  const { connectMs } = readOptions(inTimeout, { connectMs: written }, CLIENT_DEFAULTS.timeout, {
    connectMs: durationMs(1),
  });
  const [limitKey, limit] =
    rest.attemptMs === undefined
      ? (['totalMs', rest.totalMs] as const)
      : (['attemptMs', rest.attemptMs] as const);
  if (written !== undefined && typeof limit === 'number' && written > limit)
    rejectPair(inTimeout, ['connectMs', written], [limitKey, limit]);
  return { connectMs, rest };
};

const readHosts = (given: readonly string[]): readonly HostRule[] =>
  Object.freeze(given.map(readHost).filter((host) => host !== undefined));

const readWritten = (site: OptionsSite, given: unknown): Partial<ClientOptions> => {
  const written = readOptions<Partial<ClientOptions>>(site, given, {}, checks);
  if (written.name === undefined) rejectOption(site, 'name', text.expects, undefined, TypeError);
  return written;
};

const RETRY_RULES: RetryRules = Object.freeze({
  methods: new Set(IDEMPOTENT_METHODS),
  statuses: new Set(RETRY_STATUSES),
});

/**
 * Normalises, checks and freezes the options of a client.
 *
 * @throws TypeError or RangeError naming the option, what was expected and what was received
 */
export const readClientOptions = (given: unknown): ClientSettings => {
  const written = readWritten({ where: 'createClient' }, given);
  const { name = '', breaker, bulkhead, fallback, classify, cache, upstreamErrors } = written;
  const site = { where: `createClient(${JSON.stringify(name)})` };
  const timeout = splitTimeout(site, written.timeout);
  const retry = splitRetry(site, written.retry, RETRY_RULES);
  const resilience = readResilience<ClientRequest, Answer, unknown>(site, {
    ...{ timeout: timeout.rest, retry: retry.rest, breaker, bulkhead, fallback, classify },
  });
  return Object.freeze({
    name,
    base: readBaseUrl(site, written.baseUrl),
    headers: readHeadersOption(site, written.headers),
    allowedHosts: readHosts(written.allowedHosts ?? CLIENT_DEFAULTS.allowedHosts),
    propagateTo: readHosts(written.propagateTo ?? CLIENT_DEFAULTS.propagateTo),
    connectMs: timeout.connectMs,
    retryRules: retry.rules,
    resilience,
    cache: cache ? readCacheOptions(nestedSite(site, 'cache'), cache) : undefined,
    throwOnStatus: written.throwOnStatus ?? CLIENT_DEFAULTS.throwOnStatus,
    maxBodyBytes: written.maxBodyBytes ?? CLIENT_DEFAULTS.maxBodyBytes,
    upstreamErrors: upstreamErrors === undefined ? undefined : readUpstreamErrors(site, upstreamErrors),
    events: written.events,
    clock: written.clock ?? systemClock,
    random: written.random ?? systemRandom,
  });
};

const readHeadersOption = (site: OptionsSite, given: HeadersOption | undefined): HeadersOption => {
  try {
    return readHeaders(given ?? CLIENT_DEFAULTS.headers);
  } catch (cause) {
    throw new TypeError(`${site.where}: option "headers": ${String(readSafely(cause, 'message'))}`, {
      cause,
    });
  }
};
