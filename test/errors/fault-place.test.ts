import { describe, expect, it } from '@jest/globals';
import { firstItems, zodFault } from '../../src/errors/index.ts';

/** A list as arktype's paths are: what is given to its constructor are its items. */
class Path extends Array<unknown> {
  constructor(...items: unknown[]) {
    super();
    this.push(...items);
  }
}

describe('firstItems', () => {
  it.each([
    [new Path(), []],
    [new Path('a'), ['a']],
    [new Path('a', 0, 'b'), ['a', 0]],
  ])('makes a plain list of the first items of %j', (list, expected) => {
    const items = firstItems(list, 2);

    expect(items).toStrictEqual(expected);
    expect(items.map((item) => item)).toStrictEqual(expected);
  });
});

describe('a recogniser', () => {
  it.each([
    [new Path(), '#'],
    [new Path('a', 0), '#/a/0'],
  ])('reads the path %j, whatever list it is', (path, pointer) => {
    const error = { name: 'ZodError', issues: [{ code: 'custom', path, message: 'Say it' }] };

    expect(zodFault(error)).toMatchObject({ extensions: { errors: [{ pointer }] } });
  });
});
