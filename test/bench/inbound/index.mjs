import { fileURLToPath } from 'node:url';
import { interleave } from '../lib/interleave.mjs';
import { startWorker } from '../lib/worker.mjs';
import { CONTEXT } from './stacks.mjs';

const SERVER = fileURLToPath(new URL('./server.mjs', import.meta.url));
const LOAD = fileURLToPath(new URL('../lib/load.mjs', import.meta.url));

const PEERS = ['bare', 'pino-http', 'assembled', CONTEXT];

/** What is asked for. */
export const ROUTES = {
  success: { path: '/products/7', statuses: [200] },
  error: { path: '/orders/7/payment', statuses: [403] },
};

/** A server with that stack, and what asks it. */
export const startServer = async (name, options) => {
  const worker = startWorker(SERVER, [name], options);
  return { ...worker, origin: `http://127.0.0.1:${await worker.ask('port')}` };
};

export const startLoad = () => startWorker(LOAD);

/** Asks a server for one of the routes, over and over. */
export const press = (load, { origin }, route, { requests, connections = 10 }) =>
  load.ask('load', { origin, ...ROUTES[route], requests, connections });

/** That each stack does what it is measured for. */
const check = async (load, [name, server], tell) => {
  for (const [route, { path, statuses }] of Object.entries(ROUTES)) {
    const answer = await load.ask('fetchOnce', { origin: server.origin, path });
    if (answer.status !== statuses[0]) throw new Error(`${name}, ${route}: ${answer.status} ${answer.text}`);
    tell(`${name}, ${route}: ${answer.status} ${answer.headers['content-type']} ${answer.text}`);
  }
  const { lines, last } = await server.ask('sink');
  if (!['bare', CONTEXT].includes(name) && lines < 2)
    throw new Error(`${name} wrote ${lines} lines for two requests`);
  if (last !== '') tell(`${name}, line ${lines}: ${last.trim()}`);
};

const measure = async (load, server, route, requests) => {
  await server.ask('heapBytes');
  const before = await server.ask('cpuUs');
  const figures = await press(load, server, route, { requests });
  const after = await server.ask('cpuUs');
  const heapBytes = await server.ask('heapBytes');
  return { cpuUs: (after - before) / requests, ...figures, heapMiB: heapBytes / 2 ** 20 };
};

/** CPU of a server per request, by its own accounting, under load from another process. */
export const inbound = async ({ builds, rounds, scale, tell, peers = PEERS }) => {
  const names = [...peers, ...builds];
  const requests = 20_000 * scale;
  const load = startLoad();
  const servers = new Map();
  try {
    for (const name of names) servers.set(name, await startServer(name));
    for (const server of servers) await check(load, server, tell);
    const result = {};
    for (const route of Object.keys(ROUTES)) {
      for (const server of servers.values()) await measure(load, server, route, requests);
      tell(`${route}: warm`);
      result[route] = await interleave(
        names,
        rounds,
        (name) => measure(load, servers.get(name), route, requests),
        (what) => tell(`${route}, ${what}`),
      );
    }
    return result;
  } finally {
    await Promise.all([load, ...servers.values()].map((worker) => worker.stop()));
  }
};
