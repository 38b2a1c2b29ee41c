import { describe, expect, it } from '@jest/globals';
import { seededRandom } from '../../src/testing/index.ts';
import { KEPT, type ReaderTest, readerOf } from './reader-support.ts';

const AGES = [0, 500, 700, 800, 900, 950, 990];

/** How many of 1 000 reads at an age ask anew in the background. */
const refreshesAt = async (ageMs: number, how: ReaderTest): Promise<number> => {
  const { clock, read, counts } = readerOf({ random: seededRandom(3), ...how });
  await clock.advance(ageMs);
  for (let count = 0; count < 1_000; count += 1) await read();
  return counts.refreshed;
};

/** The same by the formula: now − Δ · β · ln(rand) ≥ expiry. */
const expectedAt = (ageMs: number, beta: number): number => {
  const random = seededRandom(3);
  const draws = Array.from({ length: 1_000 }, () => 1 - random());
  return draws.filter((draw) => ageMs - KEPT.loadMs * beta * Math.log(draw) >= KEPT.lifetimeMs).length;
};

describe('the early refresh of a reader', () => {
  it('is off unless it is asked for', async () => {
    expect(await refreshesAt(999, {})).toBe(0);
  });

  it.each([0.5, 1, 2])('asks anew by the formula, with the eagerness %d', async (earlyRefresh) => {
    const counted = await Promise.all(AGES.map((ageMs) => refreshesAt(ageMs, { earlyRefresh })));

    expect(counted).toEqual(AGES.map((ageMs) => expectedAt(ageMs, earlyRefresh)));
  });

  it('asks the likelier the nearer the end is', async () => {
    const counted = await Promise.all(AGES.map((ageMs) => refreshesAt(ageMs, { earlyRefresh: 1 })));

    expect(counted).toEqual(counted.toSorted((a, b) => a - b));
    expect(counted.at(-1)).toBeGreaterThan(800);
  });

  it('gives what is fresh as such meanwhile', async () => {
    const { clock, read, counts } = readerOf({ earlyRefresh: 1, random: () => 0.999_999 });
    await clock.advance(900);

    expect(await read()).toMatchObject({ cache: { status: 'hit', reason: undefined } });
    expect(counts).toEqual({ asked: 0, refreshed: 1 });
  });

  it.each([0, 1])('does not ask for what took no time, whatever chance says: %d', async (drawn) => {
    const { clock, read, keep, counts } = readerOf({ earlyRefresh: 1, random: () => drawn });
    keep({ loadMs: 0 });
    await clock.advance(999);

    await read();

    expect(counts.refreshed).toBe(0);
  });

  it('does not ask while what it asked before cools down', async () => {
    const { clock, read, failRenewal, counts } = readerOf({
      earlyRefresh: 1,
      coolDownMs: 50,
      random: () => 0.999_999,
    });
    failRenewal();
    await clock.advance(900);

    await read();
    await clock.advance(0);
    await read();

    expect(counts.refreshed).toBe(1);
  });
});
