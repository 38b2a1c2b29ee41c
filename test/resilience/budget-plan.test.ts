import { describe, expect, it } from '@jest/globals';
import { createBudget, readBudget } from '../../src/resilience/budget/index.ts';
import { BUDGET_DEFAULTS, type BudgetOptions, type BudgetPlan } from '../../src/resilience/index.ts';
import { manualClock } from '../../src/testing/index.ts';

const site = { where: 'retry', path: 'budget' };

const budgetOf = (options: BudgetOptions | false) => {
  const clock = manualClock();
  const read = (given: BudgetOptions | false): BudgetPlan | false => given && readBudget(site, given);
  let plan = read(options);
  const budget = createBudget(() => plan, clock);
  return {
    clock,
    change: (next: BudgetOptions | false): void => {
      plan = read(next);
    },
    call: (times: number): void => {
      for (let count = 0; count < times; count += 1) budget.deposit();
    },
    /** How many of these are paid for. */
    spend: (times = 1_000): number => {
      let paid = 0;
      for (let count = 0; count < times; count += 1) if (budget.withdraw()) paid += 1;
      return paid;
    },
  };
};

describe('retry budget › its arithmetic', () => {
  it.each([
    [4, 0],
    [5, 1],
    [9, 1],
    [10, 2],
  ])('pays of %d calls at a ratio of 0.2 for %d retries', (calls, retries) => {
    const { call, spend } = budgetOf({ ratio: 0.2, minPerSecond: 0 });

    call(calls);

    expect(spend()).toBe(retries);
  });

  it('pays for whole retries where the product of calls and ratio falls just short of them', () => {
    const { call, spend } = budgetOf({ ratio: 0.29, minPerSecond: 0 });

    call(100);

    expect(spend()).toBe(29);
  });

  it('adds the floor to the ratio', () => {
    const { call, spend } = budgetOf({ ratio: 0.5, minPerSecond: 2, windowMs: 1_000 });

    call(10);

    expect(spend()).toBe(7);
  });

  it('adds up what the floor and the ratio give in parts', () => {
    const { call, spend } = budgetOf({ ratio: 0.5, minPerSecond: 0.5, windowMs: 1_000 });

    call(1);

    expect(spend()).toBe(1);
  });

  it.each([
    [0, 0],
    [1, 10],
  ])('allows at a ratio of %d for 10 calls %d retries', (ratio, retries) => {
    const { call, spend } = budgetOf({ ratio, minPerSecond: 0 });

    call(10);

    expect(spend()).toBe(retries);
  });

  it('counts calls and retries as long as the window is, slot by slot', async () => {
    const { call, spend, clock } = budgetOf({ ratio: 1, minPerSecond: 0, windowMs: 1_000 });
    call(1);
    await clock.advance(100);
    call(1);
    await clock.advance(899);
    const withBothCalls = spend(2);
    await clock.advance(1);
    call(1);
    const withoutTheFirst = spend();
    await clock.advance(999);
    const withWhatWasSpent = spend();
    await clock.advance(1);
    call(1);

    expect([withBothCalls, withoutTheFirst, withWhatWasSpent, spend()]).toEqual([2, 0, 0, 1]);
  });

  it('goes on where its clock went back', async () => {
    let now = 0;
    const plan = readBudget(site, { ratio: 1, minPerSecond: 0, windowMs: 1_000 });
    const budget = createBudget(() => plan, { ...manualClock(), now: () => now });
    now = 500;
    budget.deposit();

    now = 100;

    expect(budget.withdraw()).toBe(true);
  });
});

describe('retry budget › where its plan changes', () => {
  it('keeps what was counted', () => {
    const { call, spend, change } = budgetOf({ ratio: 0.5, minPerSecond: 0 });
    call(10);
    spend(3);

    change({ ratio: 1, minPerSecond: 0 });

    expect(spend()).toBe(7);
  });

  it('keeps it for the whole of a window of another length', async () => {
    const { call, spend, change, clock } = budgetOf({ ratio: 0.5, minPerSecond: 0, windowMs: 1_000 });
    call(10);
    spend(3);
    await clock.advance(900);
    change({ ratio: 0.5, minPerSecond: 0, windowMs: 5_000 });

    call(0);
    const first = spend(1);
    await clock.advance(4_999);

    expect([first, spend()]).toEqual([1, 1]);
  });

  it('does not bring back what the window had left', async () => {
    const { call, spend, change, clock } = budgetOf({ ratio: 0.5, minPerSecond: 0, windowMs: 1_000 });
    call(10);
    await clock.advance(1_000);

    change({ ratio: 0.5, minPerSecond: 0, windowMs: 5_000 });

    expect(spend()).toBe(0);
  });

  it('counts nothing while it is off, and pays for everything', () => {
    const { call, spend, change } = budgetOf(false);
    call(10);
    const free = spend(50);

    change({ ratio: 0.5, minPerSecond: 0 });

    expect([free, spend()]).toEqual([50, 0]);
  });

  it('finds what was counted before it was off', () => {
    const { call, spend, change } = budgetOf({ ratio: 0.5, minPerSecond: 0 });
    call(10);
    change(false);
    spend(50);

    change({ ratio: 0.5, minPerSecond: 0 });

    expect(spend()).toBe(5);
  });
});

describe('retry budget › its options', () => {
  it('are 20 % and 10 a second over 10 s where nothing is written', () => {
    expect(BUDGET_DEFAULTS).toEqual({ ratio: 0.2, minPerSecond: 10, windowMs: 10_000 });
    expect(readBudget(site, undefined)).toBe(BUDGET_DEFAULTS);
  });

  it.each([0, 0.5, 1_000_000])('take %d a second', (minPerSecond) => {
    expect(readBudget(site, { minPerSecond })).toMatchObject({ minPerSecond });
  });

  it.each([-1, 1_000_001, Number.NaN, Number.POSITIVE_INFINITY, '5'])(
    'refuse %p a second',
    (minPerSecond) => {
      // What a caller without types can write.
      expect(() => readBudget(site, { minPerSecond } as BudgetOptions)).toThrow(
        /^retry: option "budget.minPerSecond" must be a number from 0 to 1000000, but was /,
      );
    },
  );

  it('refuse a window of no time', () => {
    expect(() => readBudget(site, { windowMs: 0 })).toThrow(RangeError);
    expect(readBudget(site, { windowMs: 1 })).toMatchObject({ windowMs: 1 });
  });

  it('come from the plan of whom they change', () => {
    const base = readBudget(site, { ratio: 0.4, minPerSecond: 1 });

    expect(readBudget(site, { ratio: 0.1 }, base)).toEqual({ ratio: 0.1, minPerSecond: 1, windowMs: 10_000 });
  });
});
