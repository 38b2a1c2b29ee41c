import { fileURLToPath } from 'node:url';
import { press, startLoad, startServer } from '../inbound/index.mjs';
import { CONTEXT } from '../inbound/stacks.mjs';
import { OWN } from '../lib/builds.mjs';
import { interleave } from '../lib/interleave.mjs';
import { summarise } from '../lib/statistics.mjs';
import { startWorker } from '../lib/worker.mjs';

const BREAKERS = fileURLToPath(new URL('./breakers.mjs', import.meta.url));

const MANY = 10_000;
const FEW = 10;

/** Heap and timers of 1 000 breakers that have seen a call each. */
const idleBreakers = async (names, { rounds, tell }) => {
  const measure = async (name) => {
    // A process each: what was collected of the round before would blur this one.
    const worker = startWorker(BREAKERS, [name]);
    const figures = await worker.ask('idle', { count: 1_000 });
    await worker.stop();
    return figures;
  };
  return interleave(names, { rounds, tell: (what) => tell(`idle breakers, ${what}`) }, measure);
};

/** Heap per request, looked at while that many wait for their answers. */
const heapPerRequest = async (load, server) => {
  const run = { port: server.port, path: '/held', status: 200, concurrency: MANY, requests: MANY };
  // Connections are there before: they are no request's.
  await server.ask('hold', 1);
  await load.ask('load', run);
  const emptyBytes = await server.ask('heapBytes');
  const held = server.ask('held', MANY);
  const asked = load.ask('load', run);
  await held;
  const heldBytes = await server.ask('heapBytes');
  await server.ask('release');
  await asked;
  return (heldBytes - emptyBytes) / MANY;
};

/** CPU per request where `count` of them are always in flight together. */
const cpuPerRequest = async (load, server, count) => {
  const run = { port: server.port, path: '/held', status: 200, concurrency: count };
  await server.ask('hold', count);
  await load.ask('load', { ...run, requests: count });
  const before = await server.ask('cpuUs');
  await load.ask('load', { ...run, requests: 2 * MANY });
  return ((await server.ask('cpuUs')) - before) / (2 * MANY);
};

/** Heap per request in flight, and CPU per request with many and with few of them. */
const inFlight = async (names, { rounds, tell }) => {
  const load = startLoad();
  const servers = new Map();
  for (const name of names) servers.set(name, await startServer(name));
  const measure = async (name) => {
    const server = servers.get(name);
    const figures = {
      heapBytes: await heapPerRequest(load, server),
      cpuUs: await cpuPerRequest(load, server, MANY),
      cpuOfFewUs: await cpuPerRequest(load, server, FEW),
    };
    // A process may have only so many sockets.
    await load.ask('close');
    return figures;
  };
  try {
    for (const name of names) await measure(name);
    return await interleave(names, { rounds, tell: (what) => tell(`in flight, ${what}`) }, measure);
  } finally {
    await Promise.all([load, ...servers.values()].map((worker) => worker.stop()));
  }
};

/** Heap of a server at ten points of a long run, in which every tenth request fails. */
const million = async (name, { scale, tell }) => {
  const load = startLoad();
  const server = await startServer(name);
  const requests = 100_000 * scale;
  const heapMiB = [];
  try {
    for (let part = 0; part < 10; part += 1) {
      await press(load, server, 'success', { requests: requests * 0.9 });
      await press(load, server, 'error', { requests: requests * 0.1 });
      heapMiB.push((await server.ask('heapBytes')) / 2 ** 20);
      tell(`long run: ${requests * (part + 1)} requests, heap ${heapMiB.at(-1).toFixed(2)} MiB`);
    }
    return { heapMiB: summarise(heapMiB), points: heapMiB, requests: requests * 10 };
  } finally {
    await Promise.all([load, server].map((worker) => worker.stop()));
  }
};

/** What is kept: by idle breakers, by requests in flight, and after a long run. */
export const memory = async ({ builds, rounds, scale, tell }) => ({
  'idle breakers': await idleBreakers([...builds, 'opossum'], { rounds, tell }),
  'in flight': await inFlight(['bare', 'pino-http', 'assembled', CONTEXT, ...builds], { rounds, tell }),
  'long run': { [OWN]: await million(OWN, { scale, tell }) },
});
