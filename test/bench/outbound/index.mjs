import { fileURLToPath } from 'node:url';
import { interleave } from '../lib/interleave.mjs';
import { startWorker } from '../lib/worker.mjs';

const UPSTREAM = fileURLToPath(new URL('./upstream.mjs', import.meta.url));
const CALLER = fileURLToPath(new URL('./caller.mjs', import.meta.url));

const PEERS = ['undici.request', 'cockatiel', 'opossum + p-retry', 'got', 'axios + opossum', 'fetch'];

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
  const run = { calls: 20_000 * scale, concurrency: 10 };
  const upstream = await startUpstream();
  const callers = new Map(names.map((name) => [name, startCaller(name, upstream)]));
  try {
    for (const [name, caller] of callers) {
      const { id } = await caller.ask('once');
      if (id !== '7') throw new Error(`${name} gave another body than was sent`);
      await caller.ask('run', run);
      tell(`${name}: warm`);
    }
    return { calls: await interleave(names, rounds, (name) => callers.get(name).ask('run', run), tell) };
  } finally {
    await Promise.all([upstream, ...callers.values()].map((worker) => worker.stop()));
  }
};
