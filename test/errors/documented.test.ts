import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import * as main from '../../src/index.ts';

const guide = readFileSync(join(__dirname, '..', '..', 'docs', 'errors.md'), 'utf8');
const rows = [...guide.matchAll(/^\| `(\w+Error)` +\| (\d{3}) +\| `([a-z-]+)` +\|/gm)].map(
  ([, name = '', status, code = '']) => [name, Number(status), code] as const,
);

const classes: Readonly<Record<string, unknown>> = { ...main };
type Plain = new () => main.BreakwaterError;

/** The class of that name; all of them can be made of nothing. */
const classOf = (name: string): Plain => classes[name] as Plain;

describe('the vocabulary in docs/errors.md', () => {
  it.each(rows)('%s answers %d %s', (name, status, code) => {
    const error = new (classOf(name))();

    expect([error.status, error.code]).toEqual([status, code]);
  });

  it('leaves out no class', () => {
    const bases = ['BreakwaterError', 'BusinessError', 'TechnicalError', 'RejectedError', 'UpstreamError'];
    const names = Object.keys(classes).filter((name) => /^[A-Z]\w+Error$/.test(name));

    expect(rows.map(([name]) => name).toSorted()).toEqual(
      names.filter((name) => !bases.includes(name)).toSorted(),
    );
  });
});
