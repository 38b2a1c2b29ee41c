import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isErrorStatus } from '../../src/errors/index.ts';
import { expressMajors } from '../support/express.ts';
import { WAYS, withApp } from './answering.ts';
import { countReads } from './reads.ts';
import { forgedError, httpError, unknownError, unknownValue } from './thrown.ts';
import { UNEXPECTED, wellFormed } from './well-formed.ts';

// An uncaught exception or unhandled rejection in any run fails the test: Jest watches for both.
const runs = (numRuns: number): fc.Parameters<unknown> => ({ seed: 9457, numRuns });

/** An error and all that hangs on it are asked less often than this: measured 1 199 times at most. */
const MAX_READS = 4_000;

const way = fc.constantFrom(...WAYS);

/** Own members as they are, by names and symbols, read without running anything. */
const snapshot = (error: Error): ReadonlyMap<unknown, unknown> =>
  new Map<unknown, unknown>([
    ['the prototype', Object.getPrototypeOf(error)],
    ['extensible', Object.isExtensible(error)],
    ...Reflect.ownKeys(error).map((key) => [key, Object.getOwnPropertyDescriptor(error, key)] as const),
  ]);

describe.each(expressMajors)('an app on $major', (major) => {
  it('answers a 500 without a word to whatever it throws', async () => {
    await withApp(major, (answerTo) =>
      fc.assert(
        fc.asyncProperty(unknownValue, way, async (make, how) => {
          const body = wellFormed(await answerTo(make(), how));

          expect(body).toMatchObject(UNEXPECTED);
        }),
        runs(300),
      ),
    );
  });

  it('leaves an error that it throws as it is', async () => {
    await withApp(major, (answerTo) =>
      fc.assert(
        fc.asyncProperty(unknownError, way, async (make, how) => {
          const thrown = make();
          const before = snapshot(thrown);

          const body = wellFormed(await answerTo(thrown, how));

          expect(body).toMatchObject(UNEXPECTED);
          expect(isSame(before, snapshot(thrown))).toBe(true);
        }),
        runs(100),
      ),
    );
  });

  it('reads an error a bounded number of times, whatever its causes are', async () => {
    await withApp(major, (answerTo) =>
      fc.assert(
        fc.asyncProperty(unknownError, way, async (make, how) => {
          const { counted, reads } = countReads(make());

          const body = wellFormed(await answerTo(counted, how));

          expect(body).toMatchObject(UNEXPECTED);
          expect(reads()).toBeLessThan(MAX_READS);
        }),
        runs(60),
      ),
    );
  });

  it('answers an error with a forged brand by what of it can be sent', async () => {
    await withApp(major, (answerTo) =>
      fc.assert(
        fc.asyncProperty(forgedError, way, async (make, how) => {
          const thrown = make();
          const { status } = Object.assign({ status: undefined as unknown }, thrown);

          const body = wellFormed(await answerTo(thrown, how));

          expect(body.status).toBe(isErrorStatus(status) ? status : 500);
          expect(body.requestId).not.toBe('x');
        }),
        runs(150),
      ),
    );
  });

  it('takes the status of an error of http-errors, and its message only where it is public', async () => {
    await withApp(major, (answerTo) =>
      fc.assert(
        fc.asyncProperty(httpError, way, async ({ error, status, isPublic }, how) => {
          const body = wellFormed(await answerTo(error, how));

          expect(body).toMatchObject({ status });
          expect(body.detail).toBe(isPublic ? 'Public text' : undefined);
        }),
        runs(100),
      ),
    );
  });
});

/** Whether two snapshots hold the very same values. */
const isSame = (one: ReadonlyMap<unknown, unknown>, other: ReadonlyMap<unknown, unknown>): boolean => {
  const members = (value: unknown): readonly unknown[] =>
    typeof value === 'object' && value !== null ? Object.entries(value).flat() : [value];
  const flat = (snapshot: ReadonlyMap<unknown, unknown>): readonly unknown[] =>
    [...snapshot].flatMap(([key, value]) => [key, ...members(value)]);
  const [a, b] = [flat(one), flat(other)];
  return a.length === b.length && a.every((value, index) => Object.is(value, b[index]));
};
