import { anyOf, arrayOf, boolean, type Check, func, oneOf, readOptions } from '../kernel/index.ts';
import { readHost } from './hosts.ts';
import type { Propagation } from './record.ts';
import { isCidr, type Trust } from './trust.ts';

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
   * Whose `X-Request-ID`, `X-Correlation-ID` and `traceparent` are adopted. A service at the edge, reached by clients
   * it does not know, wants `'never'` or the addresses of its proxies.
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
   * When outgoing calls carry `traceparent`, `tracestate` and `baggage`: `'auto'` unless an OpenTelemetry
   * instrumentation adds them to the same call, `'always'`, or `'never'`. The request id and the correlation id go along
   * in any case.
   *
   * @default 'auto'
   */
  readonly propagation?: Propagation | undefined;
}

/** Defaults of `requestContext()`. */
export const CONTEXT_DEFAULTS: Required<ContextOptions> = Object.freeze<Required<ContextOptions>>({
  detectLoss: false,
  trust: 'always',
  propagateTo: Object.freeze([]),
  propagation: 'auto',
});

const host: Check = {
  expects: 'a host name without scheme and path',
  type: (value) => typeof value === 'string',
  range: (value) => readHost(value) !== undefined,
};

const cidr: Check = {
  expects: 'an IP address or a block of them as "10.0.0.0/8"',
  type: (value) => typeof value === 'string',
  range: isCidr,
};

const checks = {
  detectLoss: boolean,
  trust: anyOf(oneOf('always', 'never'), arrayOf(cidr), func),
  propagateTo: arrayOf(host),
  propagation: oneOf('auto', 'always', 'never'),
};

/**
 * Checks and completes the options of `requestContext()`.
 *
 * @throws TypeError or RangeError for a bad option
 */
export const readContextOptions = (
  given: ContextOptions | undefined,
  where = 'requestContext',
): Readonly<Required<ContextOptions>> => readOptions({ where }, given, CONTEXT_DEFAULTS, checks);
