import { describe, expect, it } from '@jest/globals';
import { settings } from './reconfigure-support.ts';

/** The options of what was told, by their values before and after. */
const changesOf = (given: object, changes: object) => {
  const { reconfigure, told } = settings(given);
  reconfigure(changes);
  return told.map(({ changes: each }) => each);
};

describe('what is told of changed settings', () => {
  it('says of a function that it is one, and nothing of what it does', () => {
    const shouldRetry = () => true;

    expect(changesOf({}, { retry: { shouldRetry } })).toEqual([
      [{ option: 'retry.shouldRetry', before: undefined, after: 'function' }],
    ]);
  });

  it('tells a function that took the place of another one', () => {
    const before = { retry: { shouldRetry: () => true } };

    expect(changesOf(before, { retry: { shouldRetry: () => false } })).toEqual([
      [{ option: 'retry.shouldRetry', before: 'function', after: 'function' }],
    ]);
  });

  it('tells a number before and after, by its path', () => {
    expect(changesOf({ bulkhead: { maxConcurrent: 3 } }, { bulkhead: { maxConcurrent: 4 } })).toEqual([
      [{ option: 'bulkhead.maxConcurrent', before: 3, after: 4 }],
    ]);
  });

  it('tells an option of a part within a part by its whole path', () => {
    expect(changesOf({}, { retry: { budget: { ratio: 0.5 } } })).toEqual([
      [{ option: 'retry.budget.ratio', before: 0.2, after: 0.5 }],
    ]);
  });
});
