import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

const COUNT = join(__dirname, '..', '..', '.ci', 'count.mjs');

const jestRun = (total: number, skipped = 0): string =>
  JSON.stringify({
    numTotalTests: total,
    numPassedTests: total - skipped,
    numFailedTests: 0,
    numPendingTests: skipped,
    numTodoTests: 0,
    numRuntimeErrorTestSuites: 0,
  });

describe('.ci/count.mjs', () => {
  let results: string;

  beforeEach(() => {
    results = mkdtempSync(join(tmpdir(), 'express-breakwater-count-'));
  });

  afterEach(() => {
    rmSync(results, { recursive: true, force: true });
  });

  /** Counts steps that ended with exit status 0: what each left, by the name of its file. */
  const count = (left: Readonly<Record<string, string>>) => {
    for (const [file, text] of Object.entries(left)) writeFileSync(join(results, file), text);
    const steps = Object.keys(left).map((file) => `${file}\t0\t${file}\n`);
    writeFileSync(join(results, 'steps.tsv'), steps.join(''));
    const { status, stdout } = spawnSync(process.execPath, [COUNT, results], { encoding: 'utf8' });
    return { status, lines: stdout.trim().split('\n') };
  };

  it('adds up what passed', () => {
    const { status, lines } = count({ 'a.json': jestRun(10), 'demo.txt': 'Demo checks: 5 passed, 0 failed' });

    expect([status, lines.at(-1)]).toEqual([0, '15 passed, 0 failed']);
  });

  it.each([
    ['skipped a test', { 'a.json': jestRun(10, 1) }, 'a.json: 9 passed, 0 failed; 1 skipped'],
    ['ran no test', { 'a.json': jestRun(0) }, 'a.json: ran no test'],
    [
      'ran fewer tests than the run before',
      { 'a.json': jestRun(10), 'b.json': jestRun(9) },
      'b.json: 9 passed, 0 failed; 9 tests, but 10 in a.json',
    ],
    [
      'ran fewer tests than the run after',
      { 'a.json': jestRun(9), 'b.json': jestRun(10) },
      'a.json: 9 passed, 0 failed; 9 tests, but 10 in b.json',
    ],
    ['printed no count', { 'demo.txt': 'hello' }, 'demo.txt: printed no count'],
    ['checked nothing', { 'demo.txt': 'Demo checks: 0 passed, 0 failed' }, 'demo.txt: checked nothing'],
  ])('fails a step that %s', (_what, left, line) => {
    const { status, lines } = count(left);

    expect(status).toBe(1);
    expect(lines).toContain(line);
    expect(lines.at(-1)).toMatch(/ 1 failed$/);
  });
});
