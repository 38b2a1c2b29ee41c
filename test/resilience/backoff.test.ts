import { describe, expect, it } from '@jest/globals';
import { MAX_TIMER_MS } from '../../src/kernel/index.ts';
import { createBackoff, readBackoff } from '../../src/resilience/backoff/index.ts';
import type { Backoff, BackoffOptions } from '../../src/resilience/index.ts';
import { seededRandom } from '../../src/testing/index.ts';

const site = { where: 'retry', path: 'backoff' };
const waits = (backoff: Backoff, attempts: number, random = () => 0.5): number[] => {
  const result: number[] = [];
  for (let attempt = 1; attempt <= attempts; attempt += 1)
    result.push(backoff({ attempt, previousMs: result.at(-1) ?? 0, random, error: undefined }));
  return result;
};
const planned = (options: BackoffOptions) => createBackoff(readBackoff(site, options));

describe('backoff', () => {
  it('doubles an exponential wait with each attempt', () => {
    expect(waits(planned({ baseMs: 1_000, jitter: 'none' }), 3)).toEqual([1_000, 2_000, 4_000]);
  });

  it('keeps a constant wait', () => {
    expect(waits(planned({ kind: 'constant', baseMs: 70, jitter: 'none' }), 3)).toEqual([70, 70, 70]);
  });

  it('never exceeds maxMs', () => {
    expect(waits(planned({ baseMs: 100, maxMs: 250, jitter: 'none' }), 4)).toEqual([100, 200, 250, 250]);
  });

  it('never falls below minMs', () => {
    expect(waits(planned({ baseMs: 100, minMs: 90 }), 2, () => 0)).toEqual([90, 90]);
  });

  it('spreads full jitter over the whole planned wait', () => {
    const backoff = planned({ kind: 'constant', baseMs: 100 });

    expect([waits(backoff, 1, () => 0), waits(backoff, 1, () => 0.25)]).toEqual([[0], [25]]);
  });

  it('spreads equal jitter over the upper half of the planned wait', () => {
    const backoff = planned({ kind: 'constant', baseMs: 100, jitter: 'equal' });

    expect([waits(backoff, 1, () => 0), waits(backoff, 1, () => 0.5)]).toEqual([[50], [75]]);
  });

  it('takes a decorrelated wait from the base up to three times the previous one', () => {
    const backoff = planned({ baseMs: 100, maxMs: 1_000, jitter: 'decorrelated' });

    expect(waits(backoff, 4, () => 0.5)).toEqual([100, 200, 350, 575]);
  });

  it.each(['none', 'full', 'equal', 'decorrelated'] as const)(
    'stays within its bounds for %s jitter however many the attempts',
    (jitter) => {
      const backoff = planned({ minMs: 10, maxMs: 5_000, jitter });

      const all = waits(backoff, 2_000, seededRandom(7));

      expect(all.filter((ms) => !(ms >= 10 && ms <= 5_000))).toEqual([]);
    },
  );

  it('gives 0 for a base of 0, even after very many attempts', () => {
    const backoff = planned({ baseMs: 0, jitter: 'none' });

    expect(backoff({ attempt: 5_000, previousMs: 0, random: () => 0, error: undefined })).toBe(0);
  });

  it.each([
    [-5, 0],
    [Number.POSITIVE_INFINITY, MAX_TIMER_MS],
    [12, 12],
  ])('makes a duration of the %p that a function gives', (given, expected) => {
    expect(
      waits(
        createBackoff(() => given),
        1,
      ),
    ).toEqual([expected]);
  });

  it('lets the default of maxMs follow a base that is written', () => {
    expect(readBackoff(site, { baseMs: 5_000 }).maxMs).toBe(100_000);
  });

  it('lets the default of maxMs follow a minimum that is written', () => {
    expect(readBackoff(site, { minMs: 3_000 }).maxMs).toBe(3_000);
  });

  it('rejects a written minimum above a written maximum', () => {
    expect(() => readBackoff(site, { minMs: 20, maxMs: 10 })).toThrow(
      new RangeError('retry: option "backoff.minMs" (20) must not exceed "backoff.maxMs" (10)'),
    );
  });

  it('rejects an unknown kind of jitter', () => {
    // What a caller without types can write.
    const options = { jitter: 'some' } as unknown as BackoffOptions;

    expect(() => readBackoff(site, options)).toThrow(
      'retry: option "backoff.jitter" must be one of "none", "full", "equal", "decorrelated", but was "some"',
    );
  });
});
