import { type Agent, Client, Pool, type ProxyAgent } from 'undici';
import { type OptionsSite, readSafely, rejectOption } from '../kernel/index.ts';

/** Times that are `timeout`'s, and what makes a client's connections its own. */
type OwnKeys = 'headersTimeout' | 'bodyTimeout' | 'connectTimeout' | 'factory' | 'interceptors';

/**
 * undici's own options of connections: `connect` (TLS: `ca`, `cert`, `key`, `servername` …, or a connector), `allowH2`,
 * `keepAliveTimeout`, `maxHeaderSize`, `localAddress` … Times are those of `timeout`.
 *
 * @see https://undici.nodejs.org/#/docs/api/Client.md
 */
export type AgentOptions = Omit<Agent.Options, OwnKeys>;

/**
 * undici's own options of a proxy: `uri`, `token`, `headers`, `proxyTls`, `requestTls`, `proxyTunnel`. `proxyTunnel`
 * is false unless it is written: https through a tunnel, http without one.
 *
 * @see https://undici.nodejs.org/#/docs/api/ProxyAgent.md
 */
export type ProxyOptions = Omit<ProxyAgent.Options, OwnKeys | 'clientFactory' | 'uri'> & {
  readonly uri: string | URL;
};

/** `proxy`, read. Frozen. */
export interface ProxyPlan extends Omit<ProxyOptions, 'uri'> {
  readonly uri: string;
}

/** Whose matter a time is that undici would keep too. */
const OURS: Readonly<Record<string, string>> = Object.freeze({
  headersTimeout: 'timeout.attemptMs',
  bodyTimeout: 'timeout.attemptMs',
  connectTimeout: 'timeout.connectMs',
  timeout: 'timeout.connectMs',
});
const NOT_OURS_TO_GIVE: readonly string[] = ['factory', 'interceptors', 'clientFactory'];

const refuseOurs = ({ where }: OptionsSite, path: string, given: unknown): void => {
  for (const [key, ours] of Object.entries(OURS)) {
    if (readSafely(given, key) !== undefined)
      throw new TypeError(`${where}: option "${path}.${key}" must be written as "${ours}"`);
  }
  for (const key of NOT_OURS_TO_GIVE) {
    if (readSafely(given, key) !== undefined)
      throw new TypeError(`${where}: option "${path}.${key}" is the client's own`);
  }
};

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** undici looks at most of its options when the first connection is made, which would be too late. */
const probe = ({ where }: OptionsSite, options: object): void => {
  try {
    new Pool('http://localhost', options);
    new Client('http://localhost', options);
  } catch (cause) {
    throw new TypeError(`${where}: option "agent": ${String(readSafely(cause, 'message'))}`, { cause });
  }
};

/**
 * Copies `agent`, and lets undici check it.
 *
 * @throws TypeError for no object, for a time that is `timeout`'s, and for what undici refuses
 */
export const readAgent = (site: OptionsSite, given: unknown): AgentOptions => {
  // What it holds may be a key: it is not repeated.
  if (!isObject(given)) throw new TypeError(`${site.where}: option "agent" must be an object`);
  refuseOurs(site, 'agent', given);
  const connect = readSafely(given, 'connect');
  if (isObject(connect)) refuseOurs(site, 'agent.connect', connect);
  probe(site, given);
  return Object.freeze({ ...given, ...(isObject(connect) ? { connect: { ...connect } } : {}) });
};

const uriOf = (given: unknown): string | undefined => {
  const text = given instanceof URL ? given.href : given;
  if (typeof text !== 'string' || !URL.canParse(text)) return undefined;
  const { protocol, username, password } = new URL(text);
  if (protocol !== 'http:' && protocol !== 'https:') return undefined;
  try {
    decodeURIComponent(username + password);
    return text;
  } catch {
    // undici decodes them in the same way.
    return undefined;
  }
};

/**
 * Reads `proxy`. Never repeats it in an error: it may hold a password.
 *
 * @throws TypeError for what is no URL of a proxy, nor undici's options with one
 */
export const readProxy = (site: OptionsSite, given: unknown): ProxyPlan => {
  const isPlain = isObject(given) && !(given instanceof URL);
  const uri = uriOf(isPlain ? readSafely(given, 'uri') : given);
  if (uri === undefined) {
    const what = 'an http or https URL, or an object with one as its "uri"';
    throw new TypeError(`${site.where}: option "proxy" must be ${what}`);
  }
  if (!isPlain) return Object.freeze({ uri });
  refuseOurs(site, 'proxy', given);
  for (const key of ['proxyTls', 'requestTls'] as const) {
    const tls = readSafely(given, key);
    if (tls !== undefined && !isObject(tls))
      rejectOption({ ...site, path: 'proxy' }, key, 'an object', typeof tls, TypeError);
    refuseOurs(site, `proxy.${key}`, tls);
  }
  if (readSafely(given, 'auth') && readSafely(given, 'token'))
    throw new TypeError(`${site.where}: option "proxy.auth" and "proxy.token" exclude each other`);
  return Object.freeze({ ...given, uri });
};
