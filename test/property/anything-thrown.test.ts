import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isErrorStatus } from '../../src/errors/index.ts';
import { expressMajors } from '../support/express.ts';
import { type Answer, WAYS, withApp } from './answering.ts';
import { forgedError, httpError, SECRET, unknownError, unknownValue } from './thrown.ts';

// An uncaught exception or unhandled rejection in any run fails the test: Jest watches for both.
const runs = (numRuns: number): fc.Parameters<unknown> => ({ seed: 9457, numRuns });

const way = fc.constantFrom(...WAYS);

/** More bytes than this are in no answer to an error without extensions. */
const MAX_BYTES = 10_000;

const TEXTS = ['type', 'title', 'code', 'requestId', 'correlationId', 'traceId', 'instance'];

/** Checks what holds for every answer, and gives its document. */
const wellFormed = (answer: Answer): Record<string, unknown> => {
  const text = answer.bytes.toString();
  // A document is an object; its members are checked below.
  const body = JSON.parse(text) as Record<string, unknown>;

  expect(answer.type).toBe('application/problem+json');
  expect(answer.length).toBe(answer.bytes.length);
  expect(answer.bytes.length).toBeLessThan(MAX_BYTES);
  expect(answer.head.length).toBeLessThan(MAX_BYTES);
  expect(isErrorStatus(answer.status)).toBe(true);
  expect(body.status).toBe(answer.status);
  expect(TEXTS.filter((name) => typeof body[name] !== 'string')).toEqual([]);
  expect(`/problems/${body.code}`).toBe(body.type);
  expect(['string', 'undefined']).toContain(typeof body.detail);
  expect(Object.values(body)).not.toContain(null);
  expect(text + answer.head).not.toContain(SECRET);
  expect(text).not.toMatch(/\n|node_modules|\.ts:\d/);
  return body;
};

const UNEXPECTED = { status: 500, code: 'internal-server-error', title: 'Internal Server Error' };

/** Own members as they are, read without running anything. */
const snapshot = (error: Error): object => ({
  ...Object.getOwnPropertyDescriptors(error),
  prototype: Object.getPrototypeOf(error),
});

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
const isSame = (one: object, other: object): boolean => {
  const members = (value: unknown): readonly unknown[] =>
    typeof value === 'object' && value !== null ? Object.entries(value).flat() : [value];
  const a = Object.entries(one);
  const b = Object.entries(other);
  return (
    a.length === b.length &&
    a.every(([name, value], index) => {
      const [otherName, otherValue] = b[index] ?? [];
      const [mine, theirs] = [members(value), members(otherValue)];
      return (
        name === otherName && mine.length === theirs.length && mine.every((m, i) => Object.is(m, theirs[i]))
      );
    })
  );
};
