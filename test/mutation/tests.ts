import { readdirSync } from 'node:fs';
import { join } from 'node:path';

// The tests of a mutation run as one file: the sources are loaded once for all of them, not once for each.
const { MUTATION_TESTS = '' } = process.env;
const folder = join(__dirname, '../resilience');
const isWanted = (file: string): boolean =>
  file.endsWith('.test.ts') && MUTATION_TESTS.split(',').some((name) => file.startsWith(name));

for (const file of readdirSync(folder).filter(isWanted)) require(join(folder, file));
