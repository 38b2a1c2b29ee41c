import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readScript } from '../support/child.ts';

/** Less than 10 000 calls hold that leave 500 bytes each; what a process learns meanwhile grows by a megabyte or so. */
const MAX_GROWTH_BYTES = 5_000_000;
const OUTCOMES = ['success', 'dependency-failed', 'dependency-timeout', 'dependency-unavailable'];
const REFUSALS = ['bulkhead-full', 'left'];

interface Report {
  readonly outcomes: Readonly<Record<string, number>>;
  readonly heapGrowthBytes: number;
  readonly left: object;
}

describe('a process that makes calls of every outcome', () => {
  // In a process of its own, as Jest has timers, sockets and listeners too.
  it.each([
    [10_000, 'closes its client', 'close'],
    [1_000, 'forgets to close its client', 'leave'],
  ])(
    '%i of them, and %s, has no listener, timer or socket left, and exits by itself',
    async (calls, _what, end) => {
      const report = await readScript<Report>(join(__dirname, 'fixtures', 'many-calls.ts'), {
        args: [String(calls), end],
        nodeArgs: ['--expose-gc'],
        timeoutMs: 280_000,
      });

      expect(Object.keys(report.outcomes).toSorted()).toEqual([...OUTCOMES, ...REFUSALS].toSorted());
      expect(report.left).toEqual({
        timers: 0,
        requests: 0,
        processListeners: 0,
        abortListeners: [0, 0],
        resources: [],
      });
      expect(report.heapGrowthBytes).toBeLessThan(MAX_GROWTH_BYTES);
    },
    300_000,
  );
});
