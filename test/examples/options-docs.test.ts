import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { breakwater } from '../../src/index.ts';

const DOC = readFileSync(join(__dirname, '../../docs/options.md'), 'utf8');

/** The options named in the first column of the table. */
const documented = DOC.split('\n')
  .filter((line) => line.startsWith('| `'))
  .flatMap((line) => [...(line.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, name = '']) => name));

/** What the code says that it knows, when it is given an option that it does not. */
const known = (group?: string): readonly string[] => {
  const unknown = { 'no such option': true };
  const wrong = { service: 'orders', ...(group === undefined ? unknown : { [group]: unknown }) };
  try {
    breakwater(wrong);
    return [];
  } catch (thrown) {
    const [, names = ''] = /known are (.*)$/.exec(String(thrown)) ?? [];
    return names.split(', ').map((name) => (group === undefined ? name : `${group}.${name}`));
  }
};

const GROUPS = ['context', 'deadline', 'problem', 'notFound', 'log'];

describe('docs/options.md', () => {
  it('lists every option of breakwater(), and no other', () => {
    const names = [...known().filter((name) => !GROUPS.includes(name)), ...GROUPS.flatMap(known)];

    expect(documented.toSorted()).toEqual(names.toSorted());
  });
});
