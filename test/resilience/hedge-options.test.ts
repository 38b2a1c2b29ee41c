import { describe, expect, it } from '@jest/globals';
import { type HedgePolicyOptions, hedge } from '../../src/resilience/index.ts';
import { hedged } from './hedge-support.ts';
import { callOf, thrownBy } from './support.ts';

describe('the budget of a hedge', () => {
  const hedgesOf = async (options: object, calls: number): Promise<number> => {
    const { run, clock, started } = hedged(options);
    for (let call = 0; call < calls; call += 1) void run('q', callOf());
    await clock.advance(100);
    return started.length - calls;
  };

  it('is a share of the calls and a floor', async () => {
    expect(await hedgesOf({ budget: { ratio: 0.1, minPerSecond: 1, windowMs: 1_000 } }, 50)).toBe(6);
  });

  it('is that of retries by default: 10 a second for 10 seconds, and a fifth of the calls', async () => {
    expect(await hedgesOf({}, 200)).toBe(140);
  });

  it('can be switched off', async () => {
    expect(await hedgesOf({ budget: false }, 200)).toBe(200);
  });
});

describe('the options of hedge', () => {
  it.each<HedgePolicyOptions>([
    {},
    { afterMs: 0, maxHedges: 1 },
    { afterMs: 2_147_483_647, maxHedges: 10 },
    { budget: {} },
    { budget: false },
    { budget: undefined },
  ])('take %j', (options) => {
    expect(() => hedge(options)).not.toThrow();
  });

  const duration = 'must be a number of milliseconds from 0 to 2147483647';
  const count = 'must be a whole number from 1 to 10';

  it.each<[object, string]>([
    [{ afterMs: -1 }, `option "afterMs" ${duration}, but was -1`],
    [{ afterMs: 2_147_483_648 }, `option "afterMs" ${duration}, but was 2147483648`],
    [{ maxHedges: 0 }, `option "maxHedges" ${count}, but was 0`],
    [{ maxHedges: 11 }, `option "maxHedges" ${count}, but was 11`],
    [{ maxHedges: 1.5 }, `option "maxHedges" ${count}, but was 1.5`],
    [{ budget: { ratio: 2 } }, 'option "budget.ratio" must be a number from 0 to 1, but was 2'],
  ])('refuse the value of %j with a RangeError', (options, message) => {
    expect(thrownBy(() => hedge(options))).toEqual(['RangeError', `hedge: ${message}`]);
  });

  it.each<[object, string]>([
    [{ afterMs: '1s' }, `option "afterMs" ${duration}, but was "1s"`],
    [{ maxHedges: Number.NaN }, `option "maxHedges" ${count}, but was NaN`],
    [{ budget: 5 }, 'option "budget" must be false or an object, but was 5'],
    [{ budget: 0 }, 'option "budget" must be false or an object, but was 0'],
    [{ clock: {} }, 'option "clock" must be a clock, but was an object'],
    [{ events: {} }, 'option "events" must be a hub made by createEventHub(), but was an object'],
    [{ delayMs: 5 }, 'unknown option "delayMs"; known are afterMs, maxHedges'],
    [{ budget: { share: 1 } }, 'unknown option "share" in "budget"; known are ratio, minPerSecond, windowMs'],
  ])('refuse the kind of %j with a TypeError', (options, message) => {
    expect(thrownBy(() => hedge(options))).toEqual(['TypeError', `hedge: ${message}`]);
  });
});
