import { Agent as HttpAgent } from 'node:http';
import { createRequire } from 'node:module';
import axios from 'axios';
import axiosRetry from 'axios-retry';
import {
  bulkhead,
  circuitBreaker,
  ExponentialBackoff,
  handleAll,
  retry,
  SamplingBreaker,
  TimeoutStrategy,
  timeout,
  wrap,
} from 'cockatiel';
import got from 'got';
import pRetry from 'p-retry';
import { buildOf } from '../lib/builds.mjs';
import { createSink } from '../lib/sink.mjs';

const require = createRequire(import.meta.url);
// The copies that express-breakwater stands on.
const OpossumBreaker = require('opossum');
const { Agent, request } = require('undici');

const CONNECTIONS = 50;

const undiciGet = (origin) => {
  const dispatcher = new Agent({ connections: CONNECTIONS });
  return {
    get: async (id, signal) => {
      const { statusCode, body } = await request(`${origin}/things/${id}`, { dispatcher, signal });
      if (statusCode >= 400) throw new Error(`answered with ${statusCode}`);
      return body.json();
    },
    close: () => dispatcher.close(),
  };
};

/** Each way of asking: `call(id)` gives the parsed body. With retry, breaker, timeout and bulkhead where it has them. */
const peers = {
  'undici.request': (origin) => {
    const { get, close } = undiciGet(origin);
    return { call: (id) => get(id), close };
  },

  cockatiel: (origin) => {
    const { get, close } = undiciGet(origin);
    const policy = wrap(
      retry(handleAll, { maxAttempts: 2, backoff: new ExponentialBackoff() }),
      circuitBreaker(handleAll, {
        halfOpenAfter: 5_000,
        breaker: new SamplingBreaker({ threshold: 0.5, duration: 10_000 }),
      }),
      bulkhead(100, 200),
      timeout(3_000, TimeoutStrategy.Aggressive),
    );
    return { call: (id) => policy.execute(({ signal }) => get(id, signal)), close };
  },

  'opossum + p-retry': (origin) => {
    const { get, close } = undiciGet(origin);
    const breaker = new OpossumBreaker(get, { capacity: 100 });
    return {
      call: (id) => pRetry(() => breaker.fire(id), { retries: 2 }),
      close: () => {
        breaker.shutdown();
        return close();
      },
    };
  },

  got: (origin) => {
    const agent = new HttpAgent({ keepAlive: true, maxSockets: CONNECTIONS });
    const client = got.extend({ agent: { http: agent }, retry: { limit: 2 }, timeout: { request: 3_000 } });
    return { call: (id) => client(`${origin}/things/${id}`).json(), close: () => agent.destroy() };
  },

  'axios + opossum': (origin) => {
    const httpAgent = new HttpAgent({ keepAlive: true, maxSockets: CONNECTIONS });
    const client = axios.create({ httpAgent, timeout: 3_000 });
    axiosRetry(client, { retries: 2 });
    const breaker = new OpossumBreaker(async (id) => (await client.get(`${origin}/things/${id}`)).data, {
      capacity: 100,
    });
    return {
      call: (id) => breaker.fire(id),
      close: () => {
        breaker.shutdown();
        httpAgent.destroy();
      },
    };
  },

  fetch: (origin) => ({
    call: async (id) => {
      const response = await fetch(`${origin}/things/${id}`, { signal: AbortSignal.timeout(3_000) });
      return response.json();
    },
    close: () => undefined,
  }),
};

const suite = ({ breakwater, runWithCarrier }, origin) => {
  const app = breakwater({ service: 'orders', version: '1.4.0', log: { stream: createSink() } });
  const client = app.client({ name: 'things', baseUrl: origin });
  return {
    // On behalf of a request, as calls are made.
    within: (work) => runWithCarrier(undefined, work),
    call: (id) => client.get('/things/:id', { params: { id } }).json(),
    close: () => app.close(),
  };
};

/** The client of that name: a peer's, or that of a build of express-breakwater. */
export const clientOf = (name, origin) => peers[name]?.(origin) ?? suite(buildOf(name), origin);
