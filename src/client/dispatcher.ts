import { Agent, buildConnector, type Dispatcher, Pool, ProxyAgent } from 'undici';
import type { AgentOptions, ProxyPlan } from './agent-options.ts';
import { type ConnectorSetup, createConnector } from './connector.ts';
import { createPooledClient } from './pooled-client.ts';

/** What a client's connections are made of. */
export interface DispatcherSetup extends Omit<ConnectorSetup, 'connect'> {
  /** undici's own options. */
  readonly agent?: AgentOptions | undefined;
  /** Where requests go through. */
  readonly proxy?: ProxyPlan | undefined;
}

type Connector = buildConnector.connector;

/** What undici gives a connector that it builds itself, without its timer. */
const connectOptions = (agent: AgentOptions): buildConnector.BuildOptions => {
  const { allowH2, maxCachedSessions, socketPath, connect } = agent;
  const { autoSelectFamily, autoSelectFamilyAttemptTimeout } = agent;
  const options = {
    ...{ allowH2, maxCachedSessions, socketPath },
    ...(autoSelectFamily === undefined ? {} : { autoSelectFamily, autoSelectFamilyAttemptTimeout }),
    ...(typeof connect === 'function' ? {} : connect),
    timeout: 0,
  };
  // undici's type has the options of a TLS connection that is there already; those of making one are taken too.
  return options as buildConnector.BuildOptions;
};

/**
 * Options of each pool, under no timer but ours. The bulkhead bounds how many connections there are: a pool with a bound
 * of its own would queue unseen beneath it.
 */
const poolOptions = (agent: AgentOptions): AgentOptions & Pool.Options => ({
  ...agent,
  connections: agent.connections ?? null,
  headersTimeout: 0,
  bodyTimeout: 0,
});

/** A pool, in which a client whose connection is its request's alone connects for that one only. */
const createPool = (origin: string | URL, options: Pool.Options): Pool => {
  const isShared = options.connections != null || (options.pipelining ?? 1) > 1;
  return new Pool(origin, isShared ? options : { ...options, factory: createPooledClient });
};

const createProxy = (
  setup: DispatcherSetup,
  { uri, requestTls, proxyTls, ...proxy }: ProxyPlan,
): ProxyAgent => {
  const { agent = {}, connectMs } = setup;
  const timed = (connect: Connector): Connector => createConnector({ ...setup, connect });
  // undici makes the connectors here: one to the proxy, one through it. Their types say less.
  const connectorOf = (options: object): Connector => (options as { readonly connect: Connector }).connect;
  return new ProxyAgent({
    proxyTunnel: false,
    ...poolOptions(agent),
    ...proxy,
    uri,
    proxyTls: { ...proxyTls, timeout: 0 },
    requestTls: { ...connectOptions(agent), ...requestTls, timeout: 0 },
    // A proxy that takes the connection and says nothing is given up some time after the caller was told.
    clientFactory: (origin, options) =>
      new Pool(origin, { connect: timed(connectorOf(options)), headersTimeout: connectMs ?? 0 }),
    factory: (origin, options) =>
      createPool(origin, { ...options, ...poolOptions(agent), connect: timed(connectorOf(options)) }),
  });
};

/** A pool of connections for each origin, in which connections are made under our own timer. */
export const createDispatcher = (setup: DispatcherSetup): Dispatcher => {
  const { agent = {}, proxy } = setup;
  if (proxy !== undefined) return createProxy(setup, proxy);
  const connect = typeof agent.connect === 'function' ? agent.connect : buildConnector(connectOptions(agent));
  return new Agent({
    ...poolOptions(agent),
    connect: createConnector({ ...setup, connect }),
    factory: createPool,
  });
};
