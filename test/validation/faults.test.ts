import { describe, expect, it } from '@jest/globals';
import { toPointer } from '../../src/errors/index.ts';
import { toFault } from '../../src/validation/faults.ts';

/** What a part in which nothing was submitted has to quote. */
const NOTHING: ReadonlySet<string> = new Set();

describe('toPointer', () => {
  // The examples of RFC 6901 §6.
  it.each([
    [[], '#'],
    [['foo', '0'], '#/foo/0'],
    [[''], '#/'],
    [['a/b'], '#/a~1b'],
    [['c%d'], '#/c%25d'],
    [['e^f'], '#/e%5Ef'],
    [['g|h'], '#/g%7Ch'],
    [['i\\j'], '#/i%5Cj'],
    [['k"l'], '#/k%22l'],
    [[' '], '#/%20'],
    [['m~n'], '#/m~0n'],
    [['\ud800'], '#/%EF%BF%BD'],
  ])('writes %j as %s', (path, expected) => {
    expect(toPointer(path)).toBe(expected);
  });

  it('ends at the last segment that fits', () => {
    expect(toPointer(['a', 'x'.repeat(600), 'b'])).toBe('#/a');
    expect(toPointer(['a', '"'.repeat(400), 'b'])).toBe('#/a');
  });
});

describe('toFault', () => {
  it('reads paths of keys and of segments', () => {
    const issue = { message: 'Say it', path: ['items', { key: 0 }, { key: 'sku' }] };

    expect(toFault('body', issue, NOTHING)).toEqual({ detail: 'Say it', pointer: '#/items/0/sku' });
  });

  it('names a parameter, nested ones joined by a dot', () => {
    const issue = { message: 'Say it', path: ['filter', 'page'] };

    expect(toFault('query', issue, NOTHING)).toEqual({ detail: 'Say it', in: 'query', name: 'filter.page' });
  });

  it('bounds the name of a parameter', () => {
    const fault = toFault('query', { message: 'Say it', path: ['x'.repeat(10_000)] }, NOTHING);

    expect(fault).toMatchObject({ name: 'x'.repeat(500) });
  });

  it.each([
    [undefined],
    [null],
    ['x'],
    [{ message: 'Say it', path: 'items' }],
    [{ message: 'Say it', path: [Symbol('s')] }],
  ])('makes a fault of any issue', (issue) => {
    expect(toFault('body', issue, NOTHING)).toMatchObject({
      detail: expect.any(String),
      pointer: expect.any(String),
    });
  });
});
