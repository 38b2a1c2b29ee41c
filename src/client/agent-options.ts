import { Agent, Client } from 'undici';
import { anyOf, boolean, type Check, integer, type OptionsSite, readSafely } from '../kernel/index.ts';
import { anything, checkKnown, checkTls, isObject, type OwnKeys, refuseOurs } from './undici-options.ts';

/** What undici knows no longer, and what is of no use to calls. */
type Unused =
  | ('idleTimeout' | 'keepAlive' | 'maxKeepAliveTimeout' | 'requestTimeout' | 'socketTimeout' | 'tls')
  | ('eventSource' | 'webSocket');

/**
 * undici's own options of connections: `connect` (TLS: `ca`, `cert`, `key`, `servername` …, or a connector), `allowH2`,
 * `keepAliveTimeout`, `maxHeaderSize`, `localAddress` … Times are those of `timeout`.
 *
 * @see https://undici.nodejs.org/#/docs/api/Client.md
 */
export type AgentOptions = Omit<Agent.Options, OwnKeys | Unused>;

const nothing: Check = { expects: 'null', type: (value) => value === null };

/** Each name that undici has; tested here is what undici itself takes silently. */
export const AGENT_CHECKS = {
  allowH2: anything,
  autoSelectFamily: boolean,
  autoSelectFamilyAttemptTimeout: anything,
  clientTtl: anyOf(integer(0), nothing),
  connect: anything,
  connectionWindowSize: anything,
  connections: anyOf(integer(1), nothing),
  initialWindowSize: anything,
  keepAliveMaxTimeout: anything,
  keepAliveTimeout: anything,
  keepAliveTimeoutThreshold: anything,
  localAddress: anything,
  maxCachedSessions: anything,
  maxConcurrentStreams: integer(1),
  maxHeaderSize: anything,
  maxOrigins: anything,
  maxRequestsPerClient: anything,
  maxResponseSize: anything,
  pingInterval: anything,
  pipelining: integer(0),
  socketPath: anything,
  strictContentLength: boolean,
} satisfies Record<keyof AgentOptions, Check>;

/** undici looks at most of its options when the first connection is made, which would be too late. */
const probe = ({ where }: OptionsSite, options: AgentOptions): void => {
  try {
    new Agent(options);
    new Client('http://localhost', options);
  } catch (cause) {
    throw new TypeError(`${where}: option "agent": ${String(readSafely(cause, 'message'))}`, { cause });
  }
};

/**
 * Copies `agent`, and lets undici check it.
 *
 * @throws TypeError for no object, for a time that is `timeout`'s, for an unknown name, and for what undici or Node's TLS
 * refuses
 */
export const readAgent = (site: OptionsSite, given: unknown): AgentOptions => {
  // What it holds may be a key: it is not repeated.
  if (!isObject(given)) throw new TypeError(`${site.where}: option "agent" must be an object`);
  refuseOurs(site, 'agent', given);
  checkKnown(site, 'agent', given, AGENT_CHECKS);
  probe(site, given);
  const connect = readSafely(given, 'connect');
  if (!isObject(connect)) return Object.freeze({ ...given });
  refuseOurs(site, 'agent.connect', connect);
  checkTls(site, 'agent.connect', connect);
  return Object.freeze({ ...given, connect: { ...connect } });
};
