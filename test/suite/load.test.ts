import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readScript } from '../support/child.ts';
import { expressMajors } from '../support/express.ts';

/** Far more than it takes: what hangs shall end before the run does. */
const LIMIT_MS = 60_000;

/** What the load says, in a process of its own: nothing of Jest shall hold what it counts. */
const verdictOf = (major: string): Promise<Readonly<Record<string, unknown>>> =>
  readScript(join(__dirname, 'fixtures', 'load.ts'), {
    args: [major],
    nodeArgs: ['--expose-gc'],
    timeoutMs: LIMIT_MS,
  });

describe.each(expressMajors)('4 200 requests of every kind, 2 000 at once, on $major', ({ major }) => {
  it(
    'mix up no id in header, body, line or call, and leave no record behind',
    async () => {
      const verdict = await verdictOf(major);

      expect(verdict).toMatchObject({ firstFaults: [], faults: 0, live: 0 });
      // Each request was seen, logged once, and stood among at least 2 000.
      expect(verdict.sent).toBeGreaterThanOrEqual(4_200);
      expect([verdict.records, Object(verdict.lines)['http.server.request']]).toEqual([
        verdict.sent,
        verdict.sent,
      ]);
      expect(verdict.most).toBeGreaterThanOrEqual(2_000);
      expect(verdict.calls).toBeGreaterThan(0);
    },
    LIMIT_MS + 5_000,
  );
});
