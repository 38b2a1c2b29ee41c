// Adds up what the steps of .ci/run counted and prints one line a step; the last line is "N passed, N failed".
// Argument: the folder with steps.tsv (name, exit status and file of counts or "-", in order) and the files it names.
// A step that failed counts at least one failure, and so does one that ran no test, skipped one, or ran fewer than
// another Jest run.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const results = process.argv[2];
const NOTHING = { passed: 0, failed: 0, problems: [] };

const readJest = (path) => {
  const run = JSON.parse(readFileSync(path, 'utf8'));
  const skipped = run.numPendingTests + run.numTodoTests;
  const problems = [];
  if (run.numTotalTests === 0) problems.push('ran no test');
  if (skipped > 0) problems.push(`${skipped} skipped`);
  if (run.numRuntimeErrorTestSuites > 0) problems.push(`${run.numRuntimeErrorTestSuites} files did not run`);
  return { passed: run.numPassedTests, failed: run.numFailedTests, total: run.numTotalTests, problems };
};

/** The last "…checks: N passed, N failed" that a program printed. */
const readChecks = (path) => {
  const found = [...readFileSync(path, 'utf8').matchAll(/checks:\s*(\d+) passed, (\d+) failed/g)].at(-1);
  if (!found) return { ...NOTHING, problems: ['printed no count'] };
  const [passed, failed] = [Number(found[1]), Number(found[2])];
  return { passed, failed, problems: passed + failed === 0 ? ['checked nothing'] : [] };
};

const readCounts = (file) => {
  if (file === '-') return NOTHING;
  const path = join(results, file);
  if (!existsSync(path)) return { ...NOTHING, problems: ['no counts were written'] };
  try {
    return file.endsWith('.json') ? readJest(path) : readChecks(path);
  } catch (error) {
    return { ...NOTHING, problems: [`its counts cannot be read (${error.message})`] };
  }
};

const steps = readFileSync(join(results, 'steps.tsv'), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => {
    const [name, status, file] = line.split('\t');
    const counts = readCounts(file);
    const problems = [...counts.problems];
    if (status !== '0' && counts.failed === 0 && problems.length === 0)
      problems.push(`exit status ${status}`);
    return { ...counts, name, problems };
  });

const [largest] = steps.filter((step) => step.total !== undefined).sort((a, b) => b.total - a.total);
for (const step of steps)
  if (largest !== undefined && step.total < largest.total)
    step.problems.push(`${step.total} tests, but ${largest.total} in ${largest.name}`);

for (const { name, passed, failed, problems } of steps) {
  const counted = passed + failed > 0 ? [`${passed} passed, ${failed} failed`] : [];
  console.log(`${name}: ${[...counted, ...problems].join('; ') || 'done'}`);
}
const passed = steps.reduce((sum, step) => sum + step.passed, 0);
const failed = steps.reduce((sum, step) => sum + step.failed + step.problems.length, 0);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
