import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { expressMajors } from '../support/express.ts';

/** Far more than it takes: what hangs shall end before the run does. */
const LIMIT_MS = 60_000;

/** What the load says, in a process of its own: nothing of Jest shall hold what it counts. */
const verdictOf = async (major: string): Promise<Readonly<Record<string, unknown>>> => {
  const file = join(__dirname, 'fixtures', 'load.ts');
  const child = spawn(process.execPath, ['--expose-gc', '--import', 'tsx', file, major], {
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: LIMIT_MS,
  });
  const output: string[] = [];
  child.stdout.on('data', (chunk) => output.push(String(chunk)));
  await once(child, 'close');
  return JSON.parse(output.join(''));
};

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
