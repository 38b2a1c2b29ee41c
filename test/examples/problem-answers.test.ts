import { describe, expect, it } from '@jest/globals';
import { PROBLEM_DEFAULTS } from '../../src/problem/index.ts';
import { readText } from '../support/regions.ts';

const PAGE = 'docs/problem-answers.md';

describe(PAGE, () => {
  it('links each row to tests that are there', () => {
    const links = [...readText(PAGE).matchAll(/\[([^\]\n]+)\]\(\.\.\/(test\/[\w./-]+\.test\.ts)\)/g)];

    const missing = links.filter(([, title = '', file = '']) => !readText(file).includes(`'${title}'`));

    expect(links.length).toBeGreaterThan(50);
    expect(missing.map(([link]) => link)).toEqual([]);
  });

  it('states the defaults that the code has', () => {
    const stated = [...readText(PAGE).matchAll(/^\| `(\w+)` +\| `(false)` +\|/gm)].map(([, name]) => name);

    const { html, mirrorJson, inheritStatus } = PROBLEM_DEFAULTS;
    expect(stated).toEqual(Object.keys({ html, mirrorJson, inheritStatus }));
    expect([html, mirrorJson, inheritStatus]).toEqual([false, false, false]);
  });
});
