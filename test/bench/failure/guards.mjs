import { createRequire } from 'node:module';
import { BrokenCircuitError, circuitBreaker, handleAll, SamplingBreaker } from 'cockatiel';
import { buildOf } from '../lib/builds.mjs';

const require = createRequire(import.meta.url);
const OpossumBreaker = require('opossum');

/** Longer than a run, so that every call stays in the window. */
const RUN_MS = 600_000;

/** Each makes a guard around `work`: `call(fails)` runs it, `open()` opens the circuit. */
const peers = {
  opossum: (work) => {
    const breaker = new OpossumBreaker(work, { rollingCountTimeout: RUN_MS, timeout: 3_000 });
    return { call: (fails) => breaker.fire(fails), open: () => breaker.open() };
  },
  cockatiel: (work) => {
    const policy = circuitBreaker(handleAll, {
      halfOpenAfter: RUN_MS,
      breaker: new SamplingBreaker({ threshold: 0.5, duration: RUN_MS }),
    });
    return { call: (fails) => policy.execute(() => work(fails)), open: () => policy.isolate() };
  },
};

const own =
  ({ breaker, createCall }) =>
  (work, window) => {
    const circuit = breaker({ name: 'things', ...(window && { windowCalls: window }), openMs: RUN_MS });
    const guarded = circuit.policy(work);
    return {
      call: (fails) => guarded(fails, createCall({ name: 'things' })),
      open: () => circuit.forceOpen(),
    };
  };

export const guardOf = (name) => peers[name] ?? own(buildOf(name));

/** A client whose circuit is open. */
export const openClient = (name) => {
  const client = buildOf(name).createClient({ name: 'things', baseUrl: 'http://127.0.0.1:9' });
  client.breaker.forceOpen();
  return client;
};

export const isRefusal = (error) =>
  error.code === 'circuit-open' || error.code === 'EOPENBREAKER' || error instanceof BrokenCircuitError;
