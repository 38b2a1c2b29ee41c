import { fileURLToPath } from 'node:url';
import { interleave, TURNS } from '../lib/interleave.mjs';
import { startWorker } from '../lib/worker.mjs';

const CALLER = fileURLToPath(new URL('./caller.mjs', import.meta.url));

const WINDOWS = [1_000, 10_000, 100_000];

/** Runs each contestant's `command` in a process of its own, in turns. */
const inTurns = async (names, command, params, { rounds, tell }) => {
  const workers = new Map(names.map((name) => [name, startWorker(CALLER, [name])]));
  try {
    for (const worker of workers.values()) await worker.ask(command, params);
    const turn = { ...params, calls: params.calls / TURNS };
    return await interleave(names, { rounds, turns: TURNS, tell }, (name) =>
      workers.get(name).ask(command, turn),
    );
  } finally {
    await Promise.all([...workers.values()].map((worker) => worker.stop()));
  }
};

export const AT_POLICY = 'refusals of an open circuit, at the policy';
export const THROUGH_CLIENT = 'refusals of an open circuit, through client.get';
export const failingIn = (window) => `one in ten failing, ${window} calls in the window`;

/** What one failing call in ten costs, by calls in the window, and what refusals cost. */
export const failure = async ({ builds, rounds, scale, tell, windows = WINDOWS }) => {
  const result = {};
  const telling = (title) => ({ rounds, tell: (what) => tell(`${title}, ${what}`) });
  for (const window of windows) {
    const title = failingIn(window);
    const calls = 200_000 * scale;
    result[title] = await inTurns(builds, 'failing', { window, calls }, telling(title));
    // It sums up its whole window at each failure: fewer calls, so that the run takes an end.
    const few = { window, calls: 2_000 * scale };
    Object.assign(result[title], await inTurns(['opossum'], 'failing', few, telling(title)));
  }
  const refusals = { calls: 100_000 * scale };
  const names = [...builds, 'opossum', 'cockatiel'];
  result[AT_POLICY] = await inTurns(names, 'refusals', refusals, telling(AT_POLICY));
  result[THROUGH_CLIENT] = await inTurns(builds, 'clientRefusals', refusals, telling(THROUGH_CLIENT));
  return result;
};
