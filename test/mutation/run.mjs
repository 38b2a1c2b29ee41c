// Mutation testing of src/resilience: `npm run mutation [-- folder...]`. Each folder is mutated under its own tests, so
// that a mutant costs a second and is noticed where the behaviour is specified. Prints a score per folder and in all.
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { Stryker } from '@stryker-mutator/core';

const ROOM = 'src/resilience';
const TESTS = 'test/resilience';
const WORK = '.stryker-tmp';
/** The score below which a run fails, in percent. */
const WANTED = 85;

/** The files that stand in the room itself. */
const OWN = 'own';

/** Beginnings of the names of a folder's test files, where they are not the folder's own. */
const TESTED_BY = {
  [OWN]: ['alone', 'contradictions', 'written', 'callbacks', 'parts'],
  backoff: ['backoff', 'retry-options'],
  breaker: ['breaker', 'circuit'],
  budget: ['budget', 'retry'],
  fallback: ['fallback', 'expected', 'callbacks-told'],
  retry: ['retr', 'expected', 'callbacks-told'],
  timeout: ['timeout', 'heed-abort', 'stack', 'alone', 'callbacks'],
  stack: ['stack', 'follow', 'reconfigure', 'hedge-stack', 'pause', 'bulkhead-live', 'explain'],
};

const { jest } = JSON.parse(readFileSync('package.json', 'utf8'));
const [project] = jest.projects;
const all = readdirSync(ROOM, { withFileTypes: true }).filter((each) => each.isDirectory());
const asked = process.argv.slice(2);
const folders = asked.length > 0 ? asked : [OWN, ...all.map((each) => each.name)];

/** @returns {import('@stryker-mutator/api/core').PartialStrykerOptions} */
const optionsOf = (folder) => ({
  testRunner: 'jest',
  coverageAnalysis: 'perTest',
  // What runs once, as a module is loaded, would need all tests for each mutant, nine tenths of the time.
  ignoreStatic: true,
  // Stryker rewrites a tsconfig by the API of TypeScript 5, which 7 does not have; nothing here needs it.
  tsconfigFile: 'none',
  mutate: [folder === OWN ? `${ROOM}/*.ts` : `${ROOM}/${folder}/**/*.ts`, '!**/index.ts', '!**/*.d.ts'],
  jest: {
    projectType: 'custom',
    config: {
      ...project,
      testMatch: ['<rootDir>/test/mutation/tests.ts'],
    },
    enableFindRelatedTests: false,
  },
  // Only what the tests load is copied.
  ignorePatterns: [
    '**',
    '!package.json',
    '!src/**',
    `!${TESTS}/**`,
    '!test/support/**',
    '!test/mutation/tests.ts',
  ],
  // A mutant that never ends is one that the tests notice.
  timeoutMS: 3_000,
  concurrency: 2,
  reporters: ['clear-text'],
  clearTextReporter: { allowColor: false, logTests: false, allowEmojis: false },
  tempDirName: WORK,
  thresholds: { high: 95, low: WANTED, break: null },
  logLevel: 'warn',
});

const isNoticed = ({ status }) => status === 'Killed' || status === 'Timeout';
const isCounted = ({ status }) => isNoticed({ status }) || status === 'Survived' || status === 'NoCoverage';
const percent = (noticed, counted) => ((100 * noticed) / counted).toFixed(1);

const results = [];
for (const folder of folders) {
  process.env.MUTATION_TESTS = (TESTED_BY[folder] ?? [folder]).join(',');
  const mutants = await new Stryker(optionsOf(folder)).runMutationTest();
  const counted = mutants.filter(isCounted);
  results.push({
    folder,
    noticed: counted.filter(isNoticed).length,
    timedOut: counted.filter(({ status }) => status === 'Timeout').length,
    counted: counted.length,
    left: mutants.filter(({ status }) => status === 'Ignored').length,
  });
}
rmSync(WORK, { recursive: true, force: true });

const sum = (key) => results.reduce((total, each) => total + each[key], 0);
const total = {
  folder: 'in all',
  noticed: sum('noticed'),
  timedOut: sum('timedOut'),
  counted: sum('counted'),
  left: sum('left'),
};
console.log('\nMutation score of src/resilience');
for (const { folder, noticed, timedOut, counted, left } of [...results, total]) {
  const score = `${folder.padEnd(10)} ${percent(noticed, counted).padStart(5)} %`;
  const never = `${timedOut} of them as they never ended`;
  console.log(
    `${score}  ${noticed} of ${counted} mutants noticed, ${never}; ${left} of what is static left out`,
  );
}
process.exitCode = (100 * total.noticed) / total.counted >= WANTED ? 0 : 1;
