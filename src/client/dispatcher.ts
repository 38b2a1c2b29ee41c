import { Agent, buildConnector, type Dispatcher, Pool, ProxyAgent } from 'undici';
import type { AgentOptions } from './agent-options.ts';
import { type ConnectorSetup, createConnector } from './connector.ts';
import { createPooledClient } from './pooled-client.ts';
import type { ProxyPlan } from './proxy-options.ts';

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
 * Options of each pool, under no timer but ours. The bulkhead bounds how many connections are in use: a pool with a bound
 * of its own would queue unseen beneath it.
 */
const poolOptions = (agent: AgentOptions): AgentOptions & Pool.Options => ({
  ...agent,
  connections: agent.connections ?? null,
  headersTimeout: 0,
  bodyTimeout: 0,
});

/** Of a pool where no two requests share a connection, which then need not outlive its request. */
const clientsOf = ({ connections, pipelining = 1 }: AgentOptions): Pick<Pool.Options, 'factory'> =>
  connections != null || pipelining > 1 ? {} : { factory: createPooledClient };

const createProxy = (setup: DispatcherSetup, { requestTls, proxyTls, ...proxy }: ProxyPlan): ProxyAgent => {
  const { agent = {}, connectMs } = setup;
  const timed = (connect: Connector): Connector => createConnector({ ...setup, connect });
  // undici makes the connectors here: one to the proxy, one through it. Their types say less.
  const connectorOf = (options: object): Connector => (options as { readonly connect: Connector }).connect;
  return new ProxyAgent({
    proxyTunnel: false,
    ...poolOptions(agent),
    ...proxy,
    // A copy: undici writes the credentials into it.
    headers: { ...proxy.headers },
    proxyTls: { ...proxyTls, timeout: 0 },
    requestTls: { ...connectOptions(agent), ...requestTls, timeout: 0 },
    // A proxy that takes the connection and says nothing is given up some time after the caller was told.
    clientFactory: (origin, options) =>
      new Pool(origin, { connect: timed(connectorOf(options)), headersTimeout: connectMs ?? 0 }),
    factory: (origin, options) =>
      new Pool(origin, {
        ...options,
        ...poolOptions(agent),
        ...clientsOf(agent),
        connect: timed(connectorOf(options)),
      }),
  });
};

/** A pool of connections for each origin, in which connections are made under our own timer. */
export const createDispatcher = (setup: DispatcherSetup): Dispatcher => {
  const { agent = {}, proxy } = setup;
  if (proxy !== undefined) return createProxy(setup, proxy);
  const connect = typeof agent.connect === 'function' ? agent.connect : buildConnector(connectOptions(agent));
  const pool = { ...poolOptions(agent), connect: createConnector({ ...setup, connect }) };
  const { factory } = clientsOf(agent);
  if (factory === undefined) return new Agent(pool);
  return new Agent({ ...pool, factory: (origin, options) => new Pool(origin, { ...options, factory }) });
};
