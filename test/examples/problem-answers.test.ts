import { describe, expect, it } from '@jest/globals';
import { PROBLEM_DEFAULTS } from '../../src/problem/index.ts';
import { readText } from '../support/regions.ts';

const PAGE = 'docs/problem-answers.md';

describe(PAGE, () => {
  const rowsOf = (tables: string): readonly string[] =>
    tables.split('\n').filter((line) => /^\| (?!-+ )/.test(line) && !/^\|.*\| Shown by +\|$/.test(line));

  it('names a test for each case that is not out of reach', () => {
    const [cases = ''] = readText(PAGE).split('| Option of `problemHandler()`');

    const unshown = rowsOf(cases).filter(
      (row) => !row.includes('](../test/') && !row.includes('out of reach'),
    );

    expect(rowsOf(cases).length).toBeGreaterThan(50);
    expect(unshown).toEqual([]);
  });

  it('links to tests that are there, by their titles', () => {
    const links = [...readText(PAGE).matchAll(/\[([^\]\n]+)\]\(\.\.\/(test\/[\w./-]+\.test\.ts)\)/g)];

    const missing = links.filter(([, title = '', file = '']) => {
      const quoted = title.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
      return !new RegExp(`(?:\\bit|\\]\\)|\\)|^\\s*)\\(?\\s*'${quoted}',`, 'm').test(readText(file));
    });

    expect(missing.map(([link]) => link)).toEqual([]);
  });

  it('states the defaults that the code has', () => {
    const stated = [...readText(PAGE).matchAll(/^\| `(\w+)` +\| `(false)` +\|/gm)].map(([, name]) => name);

    const { html, mirrorJson, inheritStatus } = PROBLEM_DEFAULTS;
    expect(stated).toEqual(Object.keys({ html, mirrorJson, inheritStatus }));
    expect([html, mirrorJson, inheritStatus]).toEqual([false, false, false]);
  });
});
