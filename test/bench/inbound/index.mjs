import { fileURLToPath } from 'node:url';
import { interleave, TURNS } from '../lib/interleave.mjs';
import { summarise } from '../lib/statistics.mjs';
import { startWorker } from '../lib/worker.mjs';
import { CONTEXT } from './stacks.mjs';

const SERVER = fileURLToPath(new URL('./server.mjs', import.meta.url));
const LOAD = fileURLToPath(new URL('../lib/load.mjs', import.meta.url));

const PEERS = ['bare', 'pino-http', 'assembled', CONTEXT];

/** Rounds that do not count: by then all is compiled. */
const WARM_UP = 2;

/** Enough that a server always finds the next one waiting. */
const CONCURRENCY = 50;

/** What is asked for. */
export const ROUTES = {
  success: { path: '/products/7', status: 200 },
  error: { path: '/orders/7/payment', status: 403 },
};

/** A server with that stack, and what asks it. */
export const startServer = async (name, options) => {
  const worker = startWorker(SERVER, [name], options);
  return { ...worker, port: await worker.ask('port') };
};

export const startLoad = () => startWorker(LOAD);

/** Asks a server for one of the routes, over and over. */
export const press = (load, { port }, route, { requests, concurrency = CONCURRENCY }) =>
  load.ask('load', { port, ...ROUTES[route], requests, concurrency });

/** That each stack does what it is measured for. */
const check = async (load, [name, server], tell) => {
  for (const [route, { path, status }] of Object.entries(ROUTES)) {
    const answer = await load.ask('fetchOnce', { port: server.port, path });
    if (answer.status !== status) throw new Error(`${name}, ${route}: ${answer.status} ${answer.text}`);
    tell(`${name}, ${route}: ${answer.status} ${answer.contentType} ${answer.text}`);
  }
  const { lines, last } = await server.ask('sink');
  if (!['bare', CONTEXT].includes(name) && lines < 2)
    throw new Error(`${name} wrote ${lines} lines for two requests`);
  if (last !== '') tell(`${name}, line ${lines}: ${last.trim()}`);
};

const measure = async (load, server, route, requests) => {
  const before = await server.ask('cpuUs');
  const figures = await press(load, server, route, { requests });
  return { cpuUs: ((await server.ask('cpuUs')) - before) / requests, ...figures };
};

/** CPU of a server per request, by its own accounting, under load from another process. */
export const inbound = async ({ builds, rounds, scale, tell, peers = PEERS }) => {
  const names = [...peers, ...builds];
  const requests = 40_000 * scale;
  const load = startLoad();
  const servers = new Map();
  try {
    for (const name of names) servers.set(name, await startServer(name));
    for (const server of servers) await check(load, server, tell);
    const result = {};
    for (const route of Object.keys(ROUTES)) {
      for (let round = 0; round < WARM_UP; round += 1)
        for (const server of servers.values()) await measure(load, server, route, requests);
      tell(`${route}: warm`);
      result[route] = await interleave(
        names,
        { rounds, turns: TURNS, tell: (what) => tell(`${route}, ${what}`) },
        (name) => measure(load, servers.get(name), route, requests / TURNS),
      );
    }
    // Last: after each collection that is asked for, V8 has to compile again what it knew.
    for (const [name, server] of servers) {
      const heapMiB = (await server.ask('heapBytes')) / 2 ** 20;
      for (const figures of Object.values(result)) figures[name].heapMiB = summarise([heapMiB]);
    }
    return result;
  } finally {
    await Promise.all([load, ...servers.values()].map((worker) => worker.stop()));
  }
};
