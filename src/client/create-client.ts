import { isBusinessError } from '../errors/index.ts';
import type { Settled } from '../policy/index.ts';
import {
  type Bulkhead,
  type CircuitBreaker,
  createStack,
  type Explanation,
  type Stack,
} from '../resilience/index.ts';
import type { Answer } from './answer.ts';
import { type CachedAnswers, type ClientCache, createCachedAnswers } from './cached.ts';
import type { AnyCallOptions, CallOptions } from './call-options.ts';
import { createCallsUnderWay } from './calls-under-way.ts';
import { type ClientCall, clientCall } from './client-call.ts';
import { businessCauseOf } from './errors.ts';
import { createExchange, type Exchange } from './exchange.ts';
import { fallbackAnswer } from './fallback-answer.ts';
import { createFetch, type Fetch } from './fetch.ts';
import { createLiveSettings } from './live-settings.ts';
import type { ClientOptions, ClientReconfigureOptions, ClientSettings } from './options.ts';
import { createPrepareCall } from './prepare-call.ts';
import { readClientOptions } from './read-options.ts';
import { type PreparedRequest, viewOf } from './request.ts';
import {
  HEDGED_METHODS,
  isWorthRetrying,
  outcomeOfAnswer,
  outcomeOfError,
  pauseOf,
  upstreamStatusOf,
  whyNotAgain,
} from './rules.ts';
import { runCall, wantedAnswer } from './run-call.ts';
import { createTransport } from './transport.ts';
import {
  hostNameOf,
  type MembersOf,
  type PathParams,
  type Query,
  type QueryValue,
  type UrlValue,
} from './url.ts';

/** Makes a call; the types of `params` and `query` may be interfaces. */
type Ask<Leading extends readonly unknown[] = []> = <
  P extends MembersOf<P, UrlValue> = PathParams,
  Q extends MembersOf<Q, QueryValue> = Query,
>(
  ...args: [...Leading, path: string, options?: CallOptions<P, Q>]
) => ClientCall;

/** An outbound HTTP client for one dependency. */
export interface Client {
  readonly name: string;
  readonly get: Ask;
  readonly post: Ask;
  readonly put: Ask;
  readonly patch: Ask;
  readonly delete: Ask;
  /** A call with any method but CONNECT. */
  readonly request: Ask<[method: string]>;
  /**
   * The same calls as a `fetch`, for libraries that take one; it needs no `this`. Relative URLs are added to `baseUrl`. It
   * gives a Response whatever the status, and rejects with the errors of the client.
   */
  readonly fetch: Fetch;
  /** Handle on the circuit; `undefined` with `breaker: false`. */
  readonly breaker: CircuitBreaker | undefined;
  /** Handle on the bulkhead; `undefined` with `bulkhead: false`. */
  readonly bulkhead: Bulkhead | undefined;
  /** Handle on the cache; `undefined` with `cache: false`. */
  readonly cache: ClientCache | undefined;
  /**
   * What the settings in force come to in the worst case: attempts, time and extra load of a call, as figures and in words.
   *
   * @param method whose calls are meant, without an idempotency key; without it those that may do the most
   * @throws TypeError for what is no name of a method
   */
  explain(method?: string): Explanation;
  /**
   * Changes settings at run time: what is given is laid over what was written, and checked with it as at creation. Calls
   * under way keep what they began with; states and counts stay. Published as `client.reconfigured`.
   *
   * @returns what the settings come to now
   * @throws TypeError or RangeError where anything is wrong, also for a part that is switched on or off; then nothing changes
   */
  reconfigure(changes: ClientReconfigureOptions): Explanation;
  /**
   * Lets calls under way end, their retries and streamed bodies included, and closes every connection; calls that are made
   * after it fail with the reason `client-closed`.
   */
  close(): Promise<void>;
}

const buildStack = (
  settings: ClientSettings,
  exchange: Exchange,
  cached: CachedAnswers | undefined,
): Stack<PreparedRequest, Answer> => {
  const { name, resilience, clock, random, events } = settings;
  const { operation, mappedOf, wasUnsent, wasUnmade } = exchange;
  const { classify, fallback } = resilience;
  const statusOf = ({ value, error }: Settled<Answer>): number | undefined =>
    value?.status ?? upstreamStatusOf(error);
  return createStack<PreparedRequest, Answer>({
    name,
    operation,
    clock,
    random,
    ...(events && { events }),
    ...(cached && { cache: cached.policy }),
    resilience: {
      ...resilience,
      fallback: fallback && { ...fallback, use: (request, error) => fallback.use(viewOf(request), error) },
      classify: (settled) =>
        classify?.(settled) ?? (wasUnmade(settled.error) ? 'neutral' : outcomeOfError(settled.error)),
    },
    rules: {
      shouldRetry: ({ error, request }) => isWorthRetrying(error, request.retryStatuses),
      whyNotAgain: ({ request, call: { repeatable }, error }) =>
        whyNotAgain(request, {
          ...{ error, repeatable },
          wasUnsent: wasUnsent(error),
          wasUnmade: wasUnmade(error),
        }),
      // What a living upstream said, and the app has a business error for, is an answer and no failure.
      isExpected: (error) =>
        businessCauseOf(error) !== undefined ||
        (outcomeOfAnswer(error) === 'success' && isBusinessError(mappedOf(error))),
      // A living upstream's word; what it failed with is no answer, and a fallback is better.
      isWanted: (error, request) =>
        outcomeOfAnswer(error) === 'success' && wantedAnswer(exchange, request, error) !== undefined,
      mayHedge: ({ method, content, stream }) =>
        HEDGED_METHODS.includes(method) && content?.isReplayable !== false && stream === undefined,
      pauseKeyOf: ({ target }) => target.host,
      pauseOf: (error, { target }) => pauseOf(error, target.host),
      targetOf: ({ method, url }) => ({ method, address: hostNameOf(url) }),
      statusOf,
      hostOf: ({ url }) => new URL(url).host,
      timeoutOf: (request) => request.timeout,
      retryOf: (request) => request.retry,
      fallbackAnswer: (value, request, error) => fallbackAnswer(request, value, error),
    },
  });
};

/**
 * Makes a client for one dependency. Make it once, at start-up: its circuit, its connections and its cache are its own.
 *
 * A failed call rejects with a typed error: an `UpstreamError` (asked and failed), a `RejectedError` (refused without
 * asking), what `upstreamErrors` made of either, or the caller's own abort reason. Bad arguments of a call reject with a
 * TypeError.
 *
 * @throws TypeError or RangeError for a bad option
 * @example
 * const catalog = createClient({ name: 'catalog', baseUrl: 'http://catalog:8080' });
 * const product = await catalog.get('/products/:id', { params: { id: '7' } }).json();
 */
export const createClient = (options: ClientOptions): Client => {
  const settings = readClientOptions(options);
  const { name } = settings;
  const transport = createTransport(settings);
  const exchange = createExchange(transport, settings);
  const limits = () => stack.resilience().timeout;
  const cached =
    settings.cache &&
    createCachedAnswers({ ...settings, scope: settings, settings: settings.cache, exchange, limits });
  const stack: Stack<PreparedRequest, Answer> = buildStack(settings, exchange, cached);
  const live = createLiveSettings(settings, stack);
  const calls = createCallsUnderWay();
  const parts = { prepare: createPrepareCall(settings), calls, settings: live.now, exchange, stack };
  const request = (method: string, path: string, callOptions?: AnyCallOptions): ClientCall => {
    const isLate = calls.begin();
    const expectation = { json: false };
    return clientCall(
      runCall(parts, { method, path, options: callOptions, expectation, isLate }),
      expectation,
    );
  };

  return Object.freeze<Client>({
    name,
    get: (path, given) => request('GET', path, given),
    post: (path, given) => request('POST', path, given),
    put: (path, given) => request('PUT', path, given),
    patch: (path, given) => request('PATCH', path, given),
    delete: (path, given) => request('DELETE', path, given),
    request,
    fetch: createFetch(settings, (given) => runCall(parts, { ...given, isLate: calls.begin() })),
    breaker: stack.breaker,
    bulkhead: stack.bulkhead,
    cache: cached && Object.freeze({ purge: cached.purge }),
    explain: live.explain,
    reconfigure: live.reconfigure,
    close: async () => {
      await calls.close();
      cached?.close(new Error(`The client "${name}" was closed`));
      await transport.close();
    },
  });
};
