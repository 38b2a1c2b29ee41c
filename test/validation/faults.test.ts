import { describe, expect, it } from '@jest/globals';
import { toPointer } from '../../src/errors/index.ts';
import { splitIssue, toFault } from '../../src/validation/faults.ts';

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

describe('splitIssue', () => {
  const unknown = (message: string, keys: unknown) => ({
    code: 'unrecognized_keys',
    message,
    keys,
    path: ['user'],
  });

  it('makes an issue of each unknown member, without their names in its text', () => {
    expect(splitIssue(unknown('Unrecognized keys: "a1", "b2"', ['a1', 'b2']))).toEqual([
      { message: 'No such member is known', path: ['user', 'a1'] },
      { message: 'No such member is known', path: ['user', 'b2'] },
    ]);
  });

  it('keeps a message that names none of them', () => {
    expect(splitIssue(unknown('Nothing else, please', ['a1']))).toEqual([
      { message: 'Nothing else, please', path: ['user', 'a1'] },
    ]);
  });

  it.each([[undefined], [{ message: 'x' }], [unknown('x', [])], [unknown('x', 'y')]])(
    'leaves any other issue as it is',
    (issue) => {
      expect(splitIssue(issue)).toEqual([issue]);
    },
  );
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
    const fault = toFault('query', { message: 'Say it', path: Array(20).fill('x'.repeat(64)) }, NOTHING);

    expect(fault).toMatchObject({ name: expect.stringMatching(/^[x.]{500}$/) });
  });

  it('names a header', () => {
    const fault = toFault('headers', { message: 'Say it', path: ['x-tenant'] }, NOTHING);

    expect(fault).toEqual({ detail: 'Say it', in: 'headers', name: 'x-tenant' });
  });

  it.each([
    ['a whole JSON text', '{"password":"hunter2"}'],
    ['a query', 'password=hunter2&more'],
    ['more than 64 characters', 'x'.repeat(65)],
    ['nothing', ''],
    ['a line break', 'a\nb'],
  ])('ends the way to the fault before a key that is %s', (_what, key) => {
    const fault = toFault('body', { message: 'Say it', path: ['items', key, 'sku'] }, NOTHING);

    expect(fault).toEqual({ detail: 'Say it', pointer: '#/items' });
  });

  it.each(['first name', 'größe', 'app.io/name', 'filter[page]', '@id', '$ref'])(
    'takes %s for a name',
    (key) => {
      const fault = toFault('query', { message: 'Say it', path: [key] }, NOTHING);

      expect(fault).toMatchObject({ name: key });
    },
  );

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
