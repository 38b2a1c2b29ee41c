import { summariseFields } from './statistics.mjs';

/** Parts of a round, where one is long enough to be cut: a disturbance that lasts a second is to meet all contestants. */
export const TURNS = 8;

/**
 * Measures each contestant in turns, in an order that changes from turn to turn, so that a machine that becomes slower does
 * so for all of them.
 *
 * @param names of the contestants
 * @param turns of each round
 * @param measure gives an object of figures
 * @returns figures by name, each as median, least and most, and the turns as they were
 */
export const interleave = async (names, { rounds, turns = 1, tell }, measure) => {
  const taken = new Map(names.map((name) => [name, []]));
  for (let turn = 0; turn < rounds * turns; turn += 1) {
    const first = turn % names.length;
    for (const name of [...names.slice(first), ...names.slice(0, first)]) {
      taken.get(name).push(await measure(name));
      if (turns === 1) tell(`round ${turn + 1} of ${rounds}: ${name}`);
    }
    if (turns > 1 && turn % turns === turns - 1) tell(`round ${(turn + 1) / turns} of ${rounds}`);
  }
  return Object.fromEntries(
    [...taken].map(([name, figures]) => [name, { ...summariseFields(figures), turns: figures }]),
  );
};
