import { describe, expect, it } from '@jest/globals';
import { BUDGET_DEFAULTS } from '../../src/resilience/budget/index.ts';
import type { BreakerOptions } from '../../src/resilience/index.ts';
import { createWorld } from './fleet.ts';

const SECOND = 1_000;
const seeds = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index + 1);

describe('a total outage at a steady rate', () => {
  it('costs no more extra attempts than the budget allows, in any of its windows', async () => {
    const { state, calls, attempts, service, run } = createWorld();
    const { ratio, minPerSecond, windowMs } = BUDGET_DEFAULTS;
    state.up = false;

    await run([service(1, { breaker: false, retry: { backoff: { baseMs: 0 } } })], 60 * SECOND, 10);

    // Every 70 ms: aligned with nothing that the budget counts in.
    const windows = seeds(700).map((step) => [step * 70, step * 70 + windowMs] as const);
    const over = windows.filter(([from, to]) => {
      const asked = calls.between(from, to);
      return attempts.between(from, to) - asked > ratio * asked + (minPerSecond * windowMs) / SECOND;
    });
    expect(over).toEqual([]);
  });

  it('multiplies the load without a budget', async () => {
    const { state, calls, attempts, service, run } = createWorld();
    const retry = { backoff: { baseMs: 0 }, budget: false } as const;
    state.up = false;

    await run([service(1, { breaker: false, retry })], 10 * SECOND, 10);

    expect(attempts.between(0, 10 * SECOND)).toBe(3 * calls.between(0, 10 * SECOND));
  });

  it('leaves the dependency all but alone once the circuit is open', async () => {
    const { state, attempts, service, run } = createWorld();
    const services = seeds(15).map((seed) => service(seed));
    state.up = false;
    await run(services, 5 * SECOND, 100);

    await run(services, 60 * SECOND, 100);

    // 15 services that make 10 calls a second would be 9 000 attempts without a single retry.
    expect(attempts.between(5 * SECOND, 65 * SECOND)).toBeLessThan(90);
  });
});

describe('a recovery', () => {
  it('brings back no more load than the steady rate', async () => {
    const { state, attempts, service, run } = createWorld();
    const services = seeds(15).map((seed) => service(seed));
    await run(services, 5 * SECOND, 100);
    const steady = attempts.peak(0, 5 * SECOND, 100);
    state.up = false;
    await run(services, 60 * SECOND, 100);
    state.up = true;

    await run(services, 90 * SECOND, 100);

    expect(attempts.peak(65 * SECOND, 155 * SECOND, 100)).toBe(steady);
  });

  it('reaches every service', async () => {
    const { state, service, run } = createWorld();
    const services = seeds(15).map((seed) => service(seed));
    state.up = false;
    await run(services, 60 * SECOND, 100);
    state.up = true;

    await run(services, 90 * SECOND, 100);

    expect(services.map(({ breaker }) => breaker?.snapshot().state)).toEqual(services.map(() => 'closed'));
  });

  it('is tried by a fleet at many moments, not at one', async () => {
    const probes = async (breaker: BreakerOptions): Promise<number> => {
      const { state, attempts, service, run } = createWorld();
      const services = seeds(15).map((seed) => service(seed, { retry: false, breaker }));
      state.up = false;
      await run(services, 120 * SECOND, 100);
      return attempts.peak(30 * SECOND, 120 * SECOND, 100);
    };

    const spread = await probes({});
    const inStep = await probes({ openJitter: 0 });

    expect(spread).toBeLessThan(inStep / 2);
  });
});
