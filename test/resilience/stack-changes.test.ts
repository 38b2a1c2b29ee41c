import { describe, expect, it } from '@jest/globals';
import { changesBetween } from '../../src/resilience/stack/changes.ts';

describe('the difference between two trees of settings', () => {
  it.each([
    ['lists of the same items', { statuses: [500, 503] }, { statuses: [500, 503] }],
    ['two empty lists', { statuses: [] }, { statuses: [] }],
    ['equal texts', { mode: 'enforce' }, { mode: 'enforce' }],
  ])('is none between %s', (_what, before, after) => {
    expect(changesBetween(before, after)).toEqual([]);
  });

  it.each([
    ['a longer list', [500], [500, 503]],
    ['a shorter list', [500, 503], [500]],
    ['a list with another item', [500, 503], [500, 504]],
    ['a list with no item in common', [500], [504]],
    ['a list in place of none', undefined, [500]],
    ['a list in place of a number', 500, [500]],
    ['a number in place of a list', [500], 500],
  ])('is one for %s', (_what, before, after) => {
    expect(changesBetween({ retry: { statuses: before } }, { retry: { statuses: after } })).toEqual([
      { option: 'retry.statuses', before, after },
    ]);
  });

  it('names what is there on one side only', () => {
    expect(changesBetween({ old: 1 }, { fresh: 2 })).toEqual([
      { option: 'old', before: 1, after: undefined },
      { option: 'fresh', before: undefined, after: 2 },
    ]);
  });

  it('is frozen, change by change', () => {
    const changes = changesBetween({ a: 1 }, { a: 2 });

    expect([changes, ...changes].every((each) => Object.isFrozen(each))).toBe(true);
  });
});
