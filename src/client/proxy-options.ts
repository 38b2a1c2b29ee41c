import type { Agent, ProxyAgent } from 'undici';
import { boolean, type Check, type OptionsSite, object, readSafely, text } from '../kernel/index.ts';
import { AGENT_CHECKS } from './agent-options.ts';
import { type HeadersOption, readHeaders } from './headers.ts';
import { anything, checkKnown, checkTls, isObject, refuseOurs } from './undici-options.ts';

/**
 * undici's own options of a proxy: `uri`, `token`, `headers`, `proxyTls`, `requestTls`, `proxyTunnel`. `proxyTunnel`
 * is false unless it is written: https through a tunnel, http without one. What is said of connections is `agent`'s.
 *
 * @see https://undici.nodejs.org/#/docs/api/ProxyAgent.md
 */
export type ProxyOptions = Omit<
  ProxyAgent.Options,
  keyof Agent.Options | 'clientFactory' | 'headers' | 'uri'
> & {
  readonly uri: string | URL;
  /** Headers for the proxy alone. */
  readonly headers?: HeadersOption | undefined;
};

/** `proxy`, read. Frozen. */
export interface ProxyPlan extends Omit<ProxyOptions, 'uri'> {
  readonly uri: string;
}

const CHECKS = {
  auth: text,
  // Tested apart: readHeaders does it.
  headers: anything,
  proxyTls: object,
  proxyTunnel: boolean,
  requestTls: object,
  token: text,
  uri: anything,
} satisfies Record<keyof ProxyOptions, Check>;

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

/** Headers for the proxy, its credentials among them: what cannot be sent would fail each call. */
const readProxyHeaders = ({ where }: OptionsSite, { headers, token, auth }: ProxyPlan): HeadersOption => {
  try {
    const credentials = token ?? auth;
    if (credentials !== undefined) readHeaders({ 'proxy-authorization': credentials });
    return readHeaders(headers ?? {});
  } catch (cause) {
    throw new TypeError(`${where}: option "proxy": ${String(readSafely(cause, 'message'))}`, { cause });
  }
};

const refuseAgents = ({ where }: OptionsSite, given: object): void => {
  for (const key of Object.keys(given)) {
    if (Object.hasOwn(AGENT_CHECKS, key))
      throw new TypeError(`${where}: option "proxy.${key}" must be written as "agent.${key}"`);
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
  refuseAgents(site, given);
  checkKnown(site, 'proxy', given, CHECKS);
  const plan: ProxyPlan = { ...given, uri };
  for (const key of ['proxyTls', 'requestTls'] as const) {
    refuseOurs(site, `proxy.${key}`, plan[key]);
    checkTls(site, `proxy.${key}`, plan[key]);
  }
  if (plan.auth && plan.token)
    throw new TypeError(`${site.where}: option "proxy.auth" and "proxy.token" exclude each other`);
  return Object.freeze({ ...plan, headers: readProxyHeaders(site, plan) });
};
