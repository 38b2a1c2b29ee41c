import { fileURLToPath } from 'node:url';
import { interleave, TURNS } from '../lib/interleave.mjs';
import { summarise } from '../lib/statistics.mjs';
import { startWorker } from '../lib/worker.mjs';

const UPSTREAM = fileURLToPath(new URL('./upstream.mjs', import.meta.url));
const CALLER = fileURLToPath(new URL('./caller.mjs', import.meta.url));

const PEERS = ['undici.request', 'cockatiel', 'opossum + p-retry', 'got', 'axios + opossum', 'fetch'];

/** Rounds that do not count: by then all is compiled. */
const WARM_UP = 2;

/** Enough that a caller always finds the next answer waiting. */
const CONCURRENCY = 50;

/** The dependency, in a process of its own. */
export const startUpstream = async () => {
  const worker = startWorker(UPSTREAM);
  return { ...worker, origin: `http://127.0.0.1:${await worker.ask('port')}` };
};

/** A process that asks it in the way of that name. */
export const startCaller = (name, { origin }, options) => startWorker(CALLER, [name, origin], options);

/** CPU of a caller per call, by its own accounting. */
export const outbound = async ({ builds, rounds, scale, tell, peers = PEERS }) => {
  const names = [...peers, ...builds];
  const run = { calls: 40_000 * scale, concurrency: CONCURRENCY };
  const upstream = await startUpstream();
  const callers = new Map(names.map((name) => [name, startCaller(name, upstream)]));
  try {
    for (const [name, caller] of callers) {
      const { id } = await caller.ask('once');
      if (id !== '7') throw new Error(`${name} gave another body than was sent`);
      for (let round = 0; round < WARM_UP; round += 1) await caller.ask('run', run);
      tell(`${name}: warm`);
    }
    const calls = await interleave(names, { rounds, turns: TURNS, tell }, (name) =>
      callers.get(name).ask('run', { ...run, calls: run.calls / TURNS }),
    );
    // Last: after each collection that is asked for, V8 has to compile again what it knew.
    for (const [name, caller] of callers) calls[name].heapMiB = summarise([await caller.ask('heapMiB')]);
    return { calls };
  } finally {
    await Promise.all([upstream, ...callers.values()].map((worker) => worker.stop()));
  }
};
