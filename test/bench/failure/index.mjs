import { fileURLToPath } from 'node:url';
import { interleave } from '../lib/interleave.mjs';
import { startWorker } from '../lib/worker.mjs';

const CALLER = fileURLToPath(new URL('./caller.mjs', import.meta.url));

const WINDOWS = [1_000, 10_000, 100_000];

/** Runs each contestant's `command` in a process of its own, in turns. */
const inTurns = async (names, command, params, { rounds, tell }) => {
  const workers = new Map(names.map((name) => [name, startWorker(CALLER, [name])]));
  try {
    for (const worker of workers.values()) await worker.ask(command, params);
    return await interleave(names, rounds, (name) => workers.get(name).ask(command, params), tell);
  } finally {
    await Promise.all([...workers.values()].map((worker) => worker.stop()));
  }
};

/** What one failing call in ten costs, and what refusals cost. */
export const failure = async ({ builds, rounds, scale, tell }) => {
  const result = {};
  const telling = (title) => ({ rounds, tell: (what) => tell(`${title}, ${what}`) });
  for (const window of WINDOWS) {
    const title = `one in ten failing, ${window} calls in the window`;
    const calls = 20_000 * scale;
    result[title] = await inTurns(builds, 'failing', { window, calls }, telling(title));
    // It sums up its whole window at each failure: fewer calls, so that the run takes an end.
    const few = { window, calls: 2_000 * scale };
    Object.assign(result[title], await inTurns(['opossum'], 'failing', few, telling(title)));
  }
  const refusals = { calls: 100_000 * scale };
  const policy = 'refusals of an open circuit, at the policy';
  result[policy] = await inTurns([...builds, 'opossum', 'cockatiel'], 'refusals', refusals, telling(policy));
  const client = 'refusals of an open circuit, through client.get';
  result[client] = await inTurns(builds, 'clientRefusals', refusals, telling(client));
  return result;
};
