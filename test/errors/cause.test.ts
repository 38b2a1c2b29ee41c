import { describe, expect, it } from '@jest/globals';
import { attachCause } from '../../src/errors/index.ts';

const first = new Error('first');

describe('attachCause', () => {
  it('keeps what an error follows from, out of sight of those who list its members', () => {
    const error = new Error('second');

    attachCause(error, first);

    expect([error.cause, Object.keys(error)]).toEqual([first, []]);
  });

  it('leaves the place to whoever sets a cause later', () => {
    const error = new Error('second');

    attachCause(error, first);
    error.cause = 'own';

    expect([error.cause, Reflect.deleteProperty(error, 'cause')]).toEqual(['own', true]);
  });

  it('leaves a cause that is there', () => {
    const error = new Error('second', { cause: 'own' });

    attachCause(error, first);

    expect(error.cause).toBe('own');
  });

  it('makes no error its own cause', () => {
    const error = new Error('second');

    attachCause(error, error);

    expect(error).not.toHaveProperty('cause');
  });

  it.each<[string, unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['a text', 'thrown'],
    ['a function', () => undefined],
    ['a frozen error', Object.freeze(new Error('second'))],
    [
      'a hostile proxy',
      new Proxy(new Error('second'), {
        defineProperty: () => {
          throw new Error('no');
        },
      }),
    ],
  ])('lets %s be as it is', (_name, thrown) => {
    expect(() => attachCause(thrown, first)).not.toThrow();
    expect((thrown as { cause?: unknown } | null | undefined)?.cause).toBeUndefined();
  });
});
