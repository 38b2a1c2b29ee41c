import { describe, expect, it } from '@jest/globals';
import { createBudget, readBudget } from '../../src/resilience/budget/index.ts';
import type { BudgetOptions } from '../../src/resilience/index.ts';
import { manualClock } from '../../src/testing/index.ts';

const budgetOf = (options: BudgetOptions) => {
  const clock = manualClock(-300);
  const plan = readBudget({ where: 'retry', path: 'budget' }, options);
  const budget = createBudget(() => plan, clock);
  const spend = (): number => {
    let retries = 0;
    while (budget.withdraw()) retries += 1;
    return retries;
  };
  const call = (times: number): void => {
    for (let count = 0; count < times; count += 1) budget.deposit();
  };
  return { clock, budget, spend, call };
};

describe('retry budget', () => {
  it('allows the ratio of the calls', () => {
    const { call, spend } = budgetOf({ ratio: 0.2, minPerSecond: 0 });
    call(50);

    expect(spend()).toBe(10);
  });

  it('allows the floor however few the calls', () => {
    const { spend } = budgetOf({ ratio: 0.2, minPerSecond: 3, windowMs: 2_000 });

    expect(spend()).toBe(6);
  });

  it('allows whole retries where the ratio has no exact binary fraction', () => {
    const { call, spend } = budgetOf({ ratio: 0.1, minPerSecond: 0 });
    call(30);

    expect(spend()).toBe(3);
  });

  it('allows nothing while the window still holds what was spent', async () => {
    const { call, spend, clock } = budgetOf({ ratio: 0.5, minPerSecond: 0, windowMs: 1_000 });
    call(10);
    spend();

    await clock.advance(899);

    expect(spend()).toBe(0);
  });

  it('forgets calls and retries that the window has left', async () => {
    const { call, spend, clock } = budgetOf({ ratio: 0.5, minPerSecond: 0, windowMs: 1_000 });
    call(10);
    spend();
    await clock.advance(1_100);

    call(4);

    expect(spend()).toBe(2);
  });

  it('has no window with more than its amount, wherever that begins', async () => {
    const { spend, clock } = budgetOf({ ratio: 0, minPerSecond: 10, windowMs: 10_000 });
    await clock.advance(999);
    const first = spend();
    await clock.advance(9_999);
    const within = spend();
    await clock.advance(2);

    expect([first, within, spend()]).toEqual([100, 0, 100]);
  });

  it('takes back what was not spent', () => {
    const { budget, spend } = budgetOf({ ratio: 0, minPerSecond: 1, windowMs: 1_000 });
    budget.withdraw();

    budget.giveBack();

    expect(spend()).toBe(1);
  });

  it('forgets everything after a long silence', async () => {
    const { spend, clock } = budgetOf({ minPerSecond: 2, windowMs: 1_000 });
    spend();

    await clock.advance(1_000_000);

    expect(spend()).toBe(2);
  });

  it('rejects a ratio above 1', () => {
    expect(() => readBudget({ where: 'retry', path: 'budget' }, { ratio: 1.5 })).toThrow(
      new RangeError('retry: option "budget.ratio" must be a number from 0 to 1, but was 1.5'),
    );
  });
});
