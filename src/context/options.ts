import {
  anyOf,
  arrayOf,
  boolean,
  type Check,
  type Clock,
  clockLike,
  func,
  nestedSite,
  object,
  oneOf,
  orFalse,
  ratio,
  readOptions,
  systemClock,
} from '../kernel/index.ts';
import type { BaggageOptions, BaggageSettings } from './baggage.ts';
import type { ExposeOptions, ExposeSettings } from './expose.ts';
import type { ExtractFormat, TraceFormat } from './formats/index.ts';
import { freeHeader, idHeader, TOKEN } from './header-names.ts';
import { hostLike } from './hosts.ts';
import type { Propagation } from './record.ts';
import { isPeer, type Trust } from './trust.ts';

/** Options of `requestContext()`. */
export interface ContextOptions {
  /**
   * Whether to look, at each step from middleware to middleware, if the context is still the request's own, and to tell
   * by a process warning which middleware lost it. For development: `process.env.NODE_ENV !== 'production'`.
   *
   * @default false
   */
  readonly detectLoss?: boolean | undefined;
  /**
   * Whose `X-Request-ID`, `X-Correlation-ID`, `traceparent` and `baggage` are adopted. A service at the edge, reached by
   * clients it does not know, wants `'never'` or the addresses of its proxies.
   *
   * @default 'always'
   */
  readonly trust?: Trust | undefined;
  /**
   * Hosts beside a client's own to which ids and trace go along, a port only where it matters: `users.internal:8080`.
   * For the outbound clients, `outgoingHeaders` and `stripOnRedirect`; the middleware itself sends nothing.
   *
   * @default []
   */
  readonly propagateTo?: readonly string[] | undefined;
  /**
   * When outgoing calls carry the trace and `baggage`: `'auto'` except for the headers that an OpenTelemetry
   * instrumentation adds to the same call, `'always'`, or `'never'`, which holds for the formats of `inject` too. The
   * request id and the correlation id go along in any case.
   *
   * @default 'auto'
   */
  readonly propagation?: Propagation | undefined;
  /**
   * Headers that may bring the request id; the first one that was sent counts. Whatever it was read from, the answer says
   * it in `X-Request-ID`.
   *
   * @default ['x-request-id', 'request-id']
   */
  readonly requestIdHeaders?: readonly string[] | undefined;
  /** Headers that may bring the correlation id; the first one that was sent counts. @default ['x-correlation-id'] */
  readonly correlationIdHeaders?: readonly string[] | undefined;
  /** Formats in which the trace is read where there is no valid `traceparent`, in this order. @default [] */
  readonly extract?: readonly ExtractFormat[] | undefined;
  /** Formats in which outgoing calls say the trace beside `traceparent`. @default [] */
  readonly inject?: readonly TraceFormat[] | undefined;
  /**
   * Share of the traces begun here whose sampled flag is set, 0 to 1: for services without a tracer whose dependencies
   * are to record some of them.
   *
   * @default 0
   * @see https://www.w3.org/TR/trace-context-2/#sampled-flag
   */
  readonly sampledRatio?: number | undefined;
  /** Which members of a trusted caller's `baggage` are logged and passed on. @default false none */
  readonly baggage?: BaggageOptions | false | undefined;
  /** What answers say beside the request id and the correlation id. @default nothing */
  readonly expose?: ExposeOptions | undefined;
  /**
   * Whether an answer says that a stale one was used for it, in `Cache-Status` and `Warning`, and is not cacheable as fresh:
   * `Cache-Control` becomes `no-cache`, unless it forbids more.
   *
   * @default true
   */
  readonly markStale?: boolean | undefined;
  /** Time, for `expose.responseTime`. @default the machine's clock */
  readonly clock?: Clock | undefined;
}

/** The options as `requestContext()` uses them: complete, names of headers in lower case. */
export interface ContextSettings extends Required<Omit<ContextOptions, 'baggage' | 'expose'>> {
  readonly baggage: BaggageSettings | false;
  readonly expose: ExposeSettings;
}

/** Defaults of `requestContext()`. */
export const CONTEXT_DEFAULTS: ContextSettings = Object.freeze<ContextSettings>({
  detectLoss: false,
  trust: 'always',
  propagateTo: Object.freeze([]),
  propagation: 'auto',
  requestIdHeaders: Object.freeze(['x-request-id', 'request-id']),
  correlationIdHeaders: Object.freeze(['x-correlation-id']),
  extract: Object.freeze([]),
  inject: Object.freeze([]),
  sampledRatio: 0,
  baggage: false,
  expose: Object.freeze<ExposeSettings>({ traceId: false, responseTime: false, crossOrigin: false }),
  markStale: true,
  clock: systemClock,
});

const BAGGAGE_DEFAULTS = Object.freeze<BaggageSettings>({
  log: Object.freeze([]),
  propagate: Object.freeze([]),
});

const texts = (expects: string, range: (value: string) => boolean): Check => ({
  expects,
  type: (value) => typeof value === 'string',
  range: (value) => range(String(value)),
});

const peer = texts(
  'an IP address, a block of them as "10.0.0.0/8", or one of "loopback", "linklocal", "uniquelocal"',
  isPeer,
);
const baggageKey = texts(
  'a key of baggage, not "__proto__"',
  (value) => TOKEN.test(value) && value !== '__proto__',
);

const checks = {
  detectLoss: boolean,
  trust: anyOf(oneOf('always', 'never'), arrayOf(peer), func),
  propagateTo: arrayOf(hostLike),
  propagation: oneOf('auto', 'always', 'never'),
  requestIdHeaders: arrayOf(idHeader),
  correlationIdHeaders: arrayOf(idHeader),
  extract: arrayOf(oneOf('b3', 'xray', 'gcp')),
  inject: arrayOf(oneOf('b3', 'b3multi', 'xray', 'gcp')),
  sampledRatio: ratio,
  baggage: orFalse(object),
  expose: object,
  markStale: boolean,
  clock: clockLike,
};

const baggageChecks = { log: arrayOf(baggageKey), propagate: arrayOf(baggageKey) };

const exposeChecks = {
  traceId: orFalse(oneOf('x-trace-id', 'traceresponse')),
  responseTime: orFalse(freeHeader),
  crossOrigin: boolean,
};

const copyOf = <T>(list: readonly T[]): readonly T[] => Object.freeze([...list]);

const lowerCase = (names: readonly string[]): readonly string[] =>
  copyOf(names.map((name) => name.toLowerCase()));

/** Checks and completes `baggage` as `where` was given it. @throws TypeError or RangeError */
export const readBaggageOptions = (where: string, given: BaggageOptions | false): BaggageSettings | false => {
  if (given === false) return false;
  const site = nestedSite({ where }, 'baggage');
  const { log, propagate } = readOptions<BaggageSettings>(site, given, BAGGAGE_DEFAULTS, baggageChecks);
  return Object.freeze({ log: copyOf(log), propagate: copyOf(propagate) });
};

/**
 * Checks and completes the options of `requestContext()`.
 *
 * @throws TypeError or RangeError for a bad option
 */
export const readContextOptions = (
  given: ContextOptions | undefined,
  where = 'requestContext',
): Readonly<ContextSettings> => {
  const read = readOptions<Required<ContextOptions>>({ where }, given, CONTEXT_DEFAULTS, checks);
  return Object.freeze({
    ...read,
    requestIdHeaders: lowerCase(read.requestIdHeaders),
    correlationIdHeaders: lowerCase(read.correlationIdHeaders),
    extract: copyOf(read.extract),
    inject: copyOf(read.inject),
    baggage: readBaggageOptions(where, read.baggage),
    expose: readOptions<ExposeSettings>(
      nestedSite({ where }, 'expose'),
      read.expose,
      CONTEXT_DEFAULTS.expose,
      exposeChecks,
    ),
  });
};
