import { summariseFields } from './statistics.mjs';

/**
 * Measures each contestant once per round, in an order that turns from round to round, so that a machine that becomes
 * slower does so for all of them.
 *
 * @param names of the contestants
 * @param measure gives an object of figures
 * @returns figures by name, each as median, least and most, and the rounds as they were
 */
export const interleave = async (names, rounds, measure, tell) => {
  const taken = new Map(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    const turn = round % names.length;
    for (const name of [...names.slice(turn), ...names.slice(0, turn)]) {
      taken.get(name).push(await measure(name));
      tell(`round ${round + 1} of ${rounds}: ${name}`);
    }
  }
  return Object.fromEntries(
    [...taken].map(([name, figures]) => [name, { ...summariseFields(figures), rounds: figures }]),
  );
};
