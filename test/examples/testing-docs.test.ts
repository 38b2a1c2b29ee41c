import { describe, expect, it } from '@jest/globals';
import { faults } from '../../src/testing/fake-upstream/faults.ts';
import { FAULTS } from '../reliability/fault-table.ts';
import { readText } from '../support/regions.ts';

/** The table of faults: name, status and reason of the error, and whether there is another attempt. */
const stated = [
  ...readText('docs/testing.md').matchAll(/^\| `'([\w-]+)'` +\|[^|]*\| (\d+) `([\w-]+)` +\| (again)? *\|$/gm),
].map(([, name, status, reason, again]) => [name, Number(status), reason, again === 'again' ? 2 : 1]);

describe('docs/testing.md', () => {
  it('names every fault of a fake upstream', () => {
    expect(stated.map(([name]) => name).toSorted()).toEqual(Object.keys(faults).toSorted());
  });

  it('says of each what a client makes of it', () => {
    const tested = FAULTS.filter(([step]) => typeof step === 'string').map(([step, { error, attempts }]) => [
      step,
      error[2],
      error[3],
      attempts,
    ]);

    expect(stated.toSorted()).toEqual(tested.toSorted());
  });
});
