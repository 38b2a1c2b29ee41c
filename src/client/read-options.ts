import { readCacheOptions } from '../cache/index.ts';
import { type HostRule, readHost, readHosts } from '../context/index.ts';
import { hubLike } from '../events/index.ts';
import {
  anyOf,
  boolean,
  type Check,
  clockLike,
  func,
  integer,
  nestedSite,
  type OptionsSite,
  object,
  oneOf,
  orFalse,
  readOptions,
  readSafely,
  rejectOption,
  systemClock,
  systemRandom,
  text,
} from '../kernel/index.ts';
import { mergeWritten } from '../resilience/index.ts';
import { readAgent } from './agent-options.ts';
import { checkFallbackValue } from './fallback-answer.ts';
import { type HeadersOption, readHeaders } from './headers.ts';
import { IDEMPOTENCY_KEY } from './idempotency-key.ts';
import {
  CLIENT_DEFAULTS,
  type ClientOptions,
  type ClientReconfigureOptions,
  type ClientSettings,
} from './options.ts';
import { readPlans } from './plans.ts';
import { readProxy } from './proxy-options.ts';
import { readUpstreamErrors } from './upstream-errors.ts';
import { readBaseUrl } from './url.ts';

const anything: Check = { expects: 'anything', type: () => true };

const checks = {
  name: text,
  // Tested apart: its value must not be repeated in an error.
  baseUrl: anything,
  // Tested apart: a text in this place is often a credential.
  headers: anything,
  // Tested apart: a URL in their place may hold a password.
  allowedHosts: anything,
  propagateTo: anything,
  timeout: orFalse(object),
  retry: orFalse(object),
  breaker: anything,
  bulkhead: anything,
  hedge: anything,
  pause: anything,
  fallback: anything,
  classify: func,
  cache: orFalse(object),
  throwOnStatus: boolean,
  maxRedirects: integer(0, 100),
  maxBodyBytes: integer(1),
  // Tested apart: they may hold keys and passwords.
  agent: anything,
  proxy: anything,
  upstreamErrors: anyOf(oneOf('unavailable'), object),
  events: hubLike,
  clock: clockLike,
  random: func,
};

const readHostList = (
  site: OptionsSite,
  key: 'allowedHosts' | 'propagateTo',
  given: unknown = CLIENT_DEFAULTS[key],
): readonly HostRule[] => {
  const reject = (kind: typeof RangeError): never => {
    throw new kind(
      `${site.where}: option "${key}" must be a list, each item a host name, with a port or without`,
    );
  };
  if (!Array.isArray(given)) return reject(TypeError);
  return given.every((host) => readHost(host) !== undefined) ? readHosts(given) : reject(RangeError);
};

const readWritten = (site: OptionsSite, given: unknown): Partial<ClientOptions> => {
  // Most likely the URL, which may hold a password: it is not repeated.
  if (typeof given === 'string')
    throw new TypeError(`${site.where}: the options must be an object, but were a text`);
  const written = readOptions<Partial<ClientOptions>>(site, given, {}, checks);
  if (written.name === undefined) rejectOption(site, 'name', text.expects, undefined, TypeError);
  return written;
};

/**
 * Normalises, checks and freezes the options of a client.
 *
 * @throws TypeError or RangeError naming the option, what was expected and what was received
 */
export const readClientOptions = (given: unknown): ClientSettings => {
  const written = readWritten({ where: 'createClient' }, given);
  const { name = '', timeout, retry, breaker, bulkhead, hedge, pause } = written;
  const { fallback, classify, cache, upstreamErrors } = written;
  const site = { where: `createClient(${JSON.stringify(name)})` };
  const reconfigurable = { timeout, retry, breaker, bulkhead, hedge, pause };
  const plans = readPlans(site, { ...reconfigurable, fallback, classify });
  const live = mergeWritten<ClientReconfigureOptions>({}, reconfigurable);
  checkFallback(site, fallback);
  return Object.freeze({
    name,
    base: readBaseUrl(site, written.baseUrl),
    headers: readHeadersOption(site, written.headers),
    allowedHosts: readHostList(site, 'allowedHosts', written.allowedHosts),
    propagateTo: readHostList(site, 'propagateTo', written.propagateTo),
    live,
    ...plans,
    cache: cache ? readCacheOptions(nestedSite(site, 'cache'), cache) : undefined,
    throwOnStatus: written.throwOnStatus ?? CLIENT_DEFAULTS.throwOnStatus,
    maxRedirects: written.maxRedirects ?? CLIENT_DEFAULTS.maxRedirects,
    maxBodyBytes: written.maxBodyBytes ?? CLIENT_DEFAULTS.maxBodyBytes,
    agent: written.agent === undefined ? undefined : readAgent(site, written.agent),
    proxy: readProxyOption(site, written),
    upstreamErrors: upstreamErrors === undefined ? undefined : readUpstreamErrors(site, upstreamErrors),
    events: written.events,
    clock: written.clock ?? systemClock,
    random: written.random ?? systemRandom,
  });
};

const checkFallback = (site: OptionsSite, fallback: ClientOptions['fallback']): void => {
  if (typeof fallback !== 'object' || !('value' in fallback)) return;
  try {
    checkFallbackValue(fallback.value);
  } catch (cause) {
    throw new TypeError(
      `${site.where}: option "fallback.value" must be something that JSON can hold, or bytes`,
      {
        cause,
      },
    );
  }
};

const readProxyOption = (site: OptionsSite, { agent, proxy, headers }: Partial<ClientOptions>) => {
  if (proxy === undefined) return undefined;
  // undici would refuse each call.
  if (Object.keys(headers ?? {}).some((name) => name.toLowerCase() === 'proxy-authorization'))
    throw new TypeError(`${site.where}: header "proxy-authorization" must be written as "proxy.token"`);
  if (typeof agent?.connect === 'function')
    throw new TypeError(`${site.where}: option "proxy" and a function as "agent.connect" exclude each other`);
  return readProxy(site, proxy);
};

const readHeadersOption = (site: OptionsSite, given: HeadersOption | undefined): HeadersOption => {
  try {
    const headers = readHeaders(given ?? CLIENT_DEFAULTS.headers);
    if (headers[IDEMPOTENCY_KEY] !== undefined)
      throw new TypeError('"Idempotency-Key" is one call\'s own; give it the option "idempotencyKey"');
    return headers;
  } catch (cause) {
    throw new TypeError(`${site.where}: option "headers": ${String(readSafely(cause, 'message'))}`, {
      cause,
    });
  }
};
