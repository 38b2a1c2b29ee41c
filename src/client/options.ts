import type { CacheOptions, CacheSettings } from '../cache/index.ts';
import type { HostRule } from '../context/index.ts';
import type { EventHub } from '../events/index.ts';
import type { Clock, Random } from '../kernel/index.ts';
import type { Resilience, ResilienceOptions, RetryOptions, TimeoutOptions } from '../resilience/index.ts';
import type { AgentOptions } from './agent-options.ts';
import type { Answer } from './answer.ts';
import type { HeadersOption } from './headers.ts';
import type { ProxyOptions, ProxyPlan } from './proxy-options.ts';
import type { ClientRequest } from './request.ts';
import { IDEMPOTENT_METHODS, RETRY_STATUSES } from './rules.ts';
import type { UpstreamErrorRules, UpstreamErrors } from './upstream-errors.ts';

/** How long calls may take. */
export interface ClientTimeoutOptions extends TimeoutOptions {
  /** Until a connection stands, TLS included, in milliseconds. @default 1000 */
  readonly connectMs?: number | undefined;
}

/** When, how often and how fast failed attempts are made again. */
export interface ClientRetryOptions extends RetryOptions {
  /** Methods that may be repeated. @default GET, HEAD, OPTIONS, PUT, DELETE, TRACE */
  readonly methods?: readonly string[] | undefined;
  /** Statuses that are worth another attempt. @default 408, 429, 500, 502, 503, 504 */
  readonly statuses?: readonly number[] | undefined;
}

type ClientResilience = Omit<ResilienceOptions<ClientRequest, Answer, unknown>, 'timeout' | 'retry'>;

/** Options of a client. */
export interface ClientOptions extends ClientResilience {
  /** Name of the dependency, for errors, events and logs. */
  readonly name: string;
  /** Absolute http or https URL that paths are added to. */
  readonly baseUrl: string;
  /** Headers of every call. To hosts but that of `baseUrl` go only those that say nothing of who asks (`accept`, `range` …). @default none */
  readonly headers?: HeadersOption | undefined;
  /** Hosts beside that of `baseUrl` that absolute URLs may name; with a port only where it matters. @default none */
  readonly allowedHosts?: readonly string[] | undefined;
  /** Hosts beside that of `baseUrl` that get our ids and trace. @default none */
  readonly propagateTo?: readonly string[] | undefined;
  /** @default 10 s in all, 3 s per attempt, 1 s to connect */
  readonly timeout?: ClientTimeoutOptions | false | undefined;
  /** @default 2 retries of idempotent methods, with exponential back-off and a budget */
  readonly retry?: ClientRetryOptions | false | undefined;
  /** Last good answers, served when asking again fails. @default false */
  readonly cache?: CacheOptions | false | undefined;
  /** Whether an answer of 400 and above is thrown; `false` returns it once retries have ended. @default true */
  readonly throwOnStatus?: boolean | undefined;
  /** The most redirects that are followed, to its own host and `allowedHosts`; 0 for none. @default 5 */
  readonly maxRedirects?: number | undefined;
  /** The most bytes of a body that are read. @default 10_485_760 (10 MiB) */
  readonly maxBodyBytes?: number | undefined;
  /** undici's own options of connections: TLS, keep-alive, HTTP/2 … @default undici's */
  readonly agent?: AgentOptions | undefined;
  /** URL of a proxy, or undici's own options with one as `uri`. @default none; variables of the environment are not read */
  readonly proxy?: string | URL | ProxyOptions | undefined;
  /** Errors that upstream answers become; `'unavailable'` answers 503 instead of 502. @default none */
  readonly upstreamErrors?: UpstreamErrors | undefined;
  /** Told of calls, attempts, circuits, fallbacks and stale answers. @default nobody */
  readonly events?: EventHub | undefined;
  /** @default the machine's clock */
  readonly clock?: Clock | undefined;
  /** Source of jitter. @default the machine's source */
  readonly random?: Random | undefined;
}

/** Which attempts may be repeated. */
export interface RetryRules {
  readonly methods: ReadonlySet<string>;
  readonly statuses: ReadonlySet<number>;
}

/** The options of a client that may change at run time. */
export type ClientReconfigureOptions = Pick<
  ClientOptions,
  'timeout' | 'retry' | 'breaker' | 'bulkhead' | 'hedge' | 'pause'
>;

/** What is made of them, and of those that stand with them. */
export interface ClientPlans {
  readonly connectMs: number | undefined;
  readonly retryRules: RetryRules;
  readonly resilience: Resilience<ClientRequest, Answer>;
}

/** Client options as a client uses them. Frozen. */
export interface ClientSettings extends ClientPlans {
  readonly name: string;
  readonly base: URL;
  readonly headers: HeadersOption;
  readonly allowedHosts: readonly HostRule[];
  readonly propagateTo: readonly HostRule[];
  /** A copy of what was written of those that may change. */
  readonly live: ClientReconfigureOptions;
  readonly cache: CacheSettings | undefined;
  readonly throwOnStatus: boolean;
  readonly maxRedirects: number;
  readonly maxBodyBytes: number;
  readonly agent: AgentOptions | undefined;
  readonly proxy: ProxyPlan | undefined;
  readonly upstreamErrors: UpstreamErrorRules | undefined;
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
  maxRedirects: 5,
  maxBodyBytes: 10 * 1024 * 1024,
});
