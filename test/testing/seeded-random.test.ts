import { describe, expect, it } from '@jest/globals';
import { seededRandom } from '../../src/testing/index.ts';

const sequence = (seed: number, length = 5): readonly number[] => Array.from({ length }, seededRandom(seed));

describe('seededRandom', () => {
  it('gives the same sequence for the same seed', () => {
    expect(sequence(7)).toEqual(sequence(7));
  });

  it('gives another sequence for another seed, zero and negative ones included', () => {
    const firsts = [0, 1, 2, -1].map((seed) => sequence(seed, 1)[0]);

    expect(new Set(firsts).size).toBe(4);
  });

  it('gives numbers from 0 (included) to 1 (excluded), in every tenth about as many', () => {
    const numbers = sequence(1, 10_000);

    const tenths = Array.from({ length: 10 }, (_, tenth) =>
      numbers.filter((n) => Math.floor(n * 10) === tenth),
    );

    expect(tenths.reduce((sum, tenth) => sum + tenth.length, 0)).toBe(10_000);
    expect(Math.min(...tenths.map((tenth) => tenth.length))).toBeGreaterThan(900);
  });

  it('does not move another source of the same seed', () => {
    const one = seededRandom(7);
    const other = seededRandom(7);

    one();
    one();

    expect(other()).toBe(sequence(7)[0]);
  });
});
