import { describe, expect, it } from '@jest/globals';
import { type RetryOptions, type RetryPlan, readRetry } from '../../src/resilience/index.ts';
import { createRetry, type RetryRules } from '../../src/resilience/retry/index.ts';
import { manualClock } from '../../src/testing/index.ts';
import { down, stopped } from './retry-support.ts';
import { callOf, endOf, scripted } from './support.ts';

const planOf = (options: RetryOptions): RetryPlan =>
  readRetry({ where: 'retry' }, { backoff: { baseMs: 100, jitter: 'none' }, ...options });

/** A policy whose plan can be changed, around what always fails. */
const policyOf = (first: RetryPlan, rules: RetryRules<string, string> = {}) => {
  let plan = first;
  const clock = manualClock();
  const asked: string[] = [];
  const budget = {
    deposit: () => void asked.push('deposit'),
    withdraw: () => {
      asked.push('withdraw');
      return asked.filter((each) => each === 'withdraw').length < 3;
    },
  };
  const setup = { clock, random: () => 1, events: undefined, plan: () => plan, budget, rules };
  const run = createRetry<string, string>(setup)(scripted(down).operation);
  const end = async () => {
    const call = callOf();
    const work = endOf(run('q', call));
    await clock.advance(10_000);
    await work;
    return { waits: call.journal.snapshot().attempts.map(({ waitMs }) => waitMs), stopped: stopped(call) };
  };
  return {
    asked,
    end,
    change: (next: RetryPlan): void => {
      plan = next;
    },
  };
};

describe('retry › a plan that changes at run time', () => {
  it('holds for the calls that begin then', async () => {
    const { end, change } = policyOf(planOf({ maxRetries: 1 }));
    const before = await end();

    change(planOf({ maxRetries: 1, backoff: { baseMs: 7, jitter: 'none' } }));

    expect([before.waits, (await end()).waits]).toEqual([
      [0, 100],
      [0, 7],
    ]);
  });

  it('takes retries away', async () => {
    const { end, change } = policyOf(planOf({ maxRetries: 1 }));
    await end();

    change(planOf({ maxRetries: 0 }));

    expect((await end()).waits).toEqual([0]);
  });
});

describe("retry › a call's own plan", () => {
  it('holds in place of that of the policy', async () => {
    const { end } = policyOf(planOf({ maxRetries: 0 }), { retryOf: () => planOf({ maxRetries: 1 }) });

    expect(await end()).toEqual({ waits: [0, 100], stopped: 'attempts' });
  });

  it('leaves the budget to that of the policy, which each call and each retry is told to', async () => {
    const { end, asked } = policyOf(planOf({}), { retryOf: () => planOf({ maxRetries: 9 }) });

    expect(await end()).toEqual({ waits: [0, 100, 200], stopped: 'budget' });
    expect(asked).toEqual(['deposit', 'withdraw', 'withdraw', 'withdraw']);
  });

  it('is not counted with budget: false', async () => {
    const retryOf = () => planOf({ maxRetries: 4, budget: false });
    const { end, asked } = policyOf(planOf({}), { retryOf });

    expect(await end()).toEqual({ waits: [0, 100, 200, 400, 800], stopped: 'attempts' });
    expect(asked).toEqual(['deposit']);
  });

  it('gives way to that of the policy where it has none', async () => {
    const { end } = policyOf(planOf({ maxRetries: 1 }), { retryOf: () => undefined });

    expect((await end()).waits).toHaveLength(2);
  });
});
