import { describe, expect, it } from '@jest/globals';
import { changesBetween } from '../../src/resilience/stack/changes.ts';
import { mergeWritten, numberAt, writtenAt } from '../../src/resilience/written.ts';

describe('writtenAt', () => {
  it.each<[unknown, string, unknown]>([
    [{ retry: { backoff: { minMs: 5 } } }, 'retry.backoff.minMs', 5],
    [{ retry: false }, 'retry', false],
    [{ retry: false }, 'retry.backoff.minMs', undefined],
    [{ retry: { backoff: () => 5 } }, 'retry.backoff.name', undefined],
    [{}, 'constructor', undefined],
    [undefined, 'retry', undefined],
  ])('finds in %j at %s: %j', (written, path, value) => {
    expect(writtenAt(written, path)).toBe(value);
  });

  it('is a number for numberAt, or nothing', () => {
    expect([numberAt({ a: 1 }, 'a'), numberAt({ a: false }, 'a')]).toEqual([1, undefined]);
  });
});

describe('mergeWritten', () => {
  it('lays options over others, group by group', () => {
    const before = { timeout: { totalMs: 1, attemptMs: 1 }, retry: { backoff: { minMs: 1 }, maxRetries: 1 } };

    const merged = mergeWritten<object>(before, {
      timeout: { totalMs: 2 },
      retry: { backoff: { maxMs: 3 } },
    });

    expect(merged).toEqual({
      timeout: { totalMs: 2, attemptMs: 1 },
      retry: { backoff: { minMs: 1, maxMs: 3 }, maxRetries: 1 },
    });
  });

  it('takes undefined for absent, and replaces functions, lists and false', () => {
    const rule = () => 5;

    const merged = mergeWritten<object>(
      { a: 1, list: [1, 2], rule: { minMs: 1 }, off: false, on: { x: 1 } },
      { a: undefined, list: [3], rule, off: { y: 1 }, on: false },
    );

    expect(merged).toEqual({ a: 1, list: [3], rule, off: { y: 1 }, on: false });
  });

  it('is a frozen copy: what is changed later changes nothing', () => {
    const given = { timeout: { totalMs: 1 }, list: [1] };

    const merged = mergeWritten<typeof given>({ timeout: { totalMs: 0 }, list: [] }, given);
    given.timeout.totalMs = 9;
    given.list.push(2);

    expect(merged).toEqual({ timeout: { totalMs: 1 }, list: [1] });
    expect([merged, merged.timeout, merged.list].map(Object.isFrozen)).toEqual([true, true, true]);
  });
});

describe('changesBetween', () => {
  it('tells what differs, by path', () => {
    const before = { timeout: { totalMs: 1, attemptMs: 1 }, retry: { methods: ['GET'], statuses: [500] } };
    const after = {
      timeout: { totalMs: 2, attemptMs: 1 },
      retry: { methods: ['GET', 'PUT'], statuses: [500] },
    };

    expect(changesBetween(before, after)).toEqual([
      { option: 'timeout.totalMs', before: 1, after: 2 },
      { option: 'retry.methods', before: ['GET'], after: ['GET', 'PUT'] },
    ]);
  });

  it('tells of what was not there, and of what is no more', () => {
    expect(changesBetween({ budget: { ratio: 1 } }, { budget: false })).toEqual([
      { option: 'budget.ratio', before: 1, after: undefined },
      { option: 'budget', before: undefined, after: false },
    ]);
  });

  it.each<[unknown, unknown]>([
    [
      ['GET', 'PUT'],
      ['GET', 'HEAD'],
    ],
    [['GET', 'PUT'], ['GET']],
    [['GET'], undefined],
    [undefined, ['GET']],
  ])('tells of a list %j that became %j', (before, after) => {
    const changes = changesBetween({ methods: before }, { methods: after });

    expect(changes).toEqual([{ option: 'methods', before, after }]);
    expect([changes, ...changes].every(Object.isFrozen)).toBe(true);
  });

  it('takes lists of the same items for the same', () => {
    expect(changesBetween({ methods: ['GET', 'PUT'] }, { methods: ['GET', 'PUT'] })).toEqual([]);
  });

  it('calls a function a function', () => {
    expect(changesBetween({ a: () => 1 }, { a: () => 1 })).toEqual([
      { option: 'a', before: 'function', after: 'function' },
    ]);
  });
});
