import { describe, expect, it } from '@jest/globals';
import { parseProblem } from '../../src/errors/index.ts';

describe('parseProblem', () => {
  it('keeps core members and extensions', () => {
    const body = {
      type: '/problems/out-of-stock',
      title: 'Out of stock',
      status: 409,
      detail: 'None left',
      instance: '/orders/7',
      left: 0,
      nested: { a: [1] },
    };

    expect(parseProblem(body)).toEqual(body);
  });

  it.each<[string, Record<string, unknown>]>([
    ['a type that is no text', { type: 7 }],
    ['a title that is no text', { title: null }],
    ['a detail that is no text', { detail: ['a'] }],
    ['an instance that is no text', { instance: {} }],
    ['a status that is a text', { status: '409' }],
    ['a status of no error', { status: 200 }],
    ['a status that is no whole number', { status: 404.5 }],
  ])('ignores %s as if absent', (_name, member) => {
    expect(parseProblem({ ...member, left: 0 })).toEqual({ left: 0 });
  });

  it('takes an empty object for a problem that says nothing', () => {
    expect(parseProblem({})).toEqual({});
  });

  it.each([[undefined], [null], ['problem'], [7], [[{ title: 'x' }]], [true]])(
    'finds no problem in %p',
    (value) => {
      expect(parseProblem(value)).toBeUndefined();
    },
  );

  it('drops an own __proto__ and pollutes nothing', () => {
    const problem = parseProblem(JSON.parse('{ "__proto__": { "polluted": true }, "left": 0 }'));

    expect([problem?.polluted, Object.keys(problem ?? {})]).toEqual([undefined, ['left']]);
  });

  it('gives a frozen copy', () => {
    const body = { title: 'Out of stock' };

    const problem = parseProblem(body);
    body.title = 'changed';

    expect([problem?.title, Object.isFrozen(problem)]).toEqual(['Out of stock', true]);
  });
});
