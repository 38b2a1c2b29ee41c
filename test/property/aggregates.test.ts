import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { expressMajors } from '../support/express.ts';
import { WAYS, withApp } from './answering.ts';
import { countReads } from './reads.ts';
import { endless, tree } from './trees.ts';
import { UNEXPECTED, wellFormed } from './well-formed.ts';

const runs = (numRuns: number): fc.Parameters<unknown> => ({ seed: 9457, numRuns });

const way = fc.constantFrom(...WAYS);

/** With a thousand members, each is asked for what all recognisers look at: measured 20 198 times at most. */
const MAX_READS = 40_000;

/** How often lists without end are asked for, by the answer and the log together: measured 113 times at most. */
const MAX_GIVEN = 400;

describe.each(expressMajors)('an app on $major that throws aggregates', (major) => {
  it('answers as their members are, within limits of depth and number, else 500', async () => {
    await withApp(major, (answerTo) =>
      fc.assert(
        fc.asyncProperty(tree, way, async ({ make, isAnswered }, how) => {
          const body = wellFormed(await answerTo(make(), how));

          expect(body).toMatchObject(isAnswered ? { status: 404, code: 'not-found' } : UNEXPECTED);
          expect(body.errors === undefined).toBe(!isAnswered);
        }),
        runs(120),
      ),
    );
  });

  it('asks them and their members a bounded number of times', async () => {
    await withApp(major, (answerTo) =>
      fc.assert(
        fc.asyncProperty(tree, way, async ({ make }, how) => {
          const { counted, reads } = countReads(make());

          wellFormed(await answerTo(counted, how));

          expect(reads()).toBeLessThan(MAX_READS);
        }),
        runs(60),
      ),
    );
  });

  it('ends with aggregates that have no end', async () => {
    await withApp(major, (answerTo) =>
      fc.assert(
        fc.asyncProperty(fc.integer({ min: 1, max: 40 }), way, async (width, how) => {
          let given = 0;
          const thrown = endless(width, () => {
            given += 1;
          });

          const body = wellFormed(await answerTo(thrown, how));

          expect(body).toMatchObject(UNEXPECTED);
          expect(given).toBeLessThan(MAX_GIVEN);
        }),
        runs(10),
      ),
    );
  });
});
